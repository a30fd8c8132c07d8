import type { ServerResponse } from 'node:http'
import type { Client } from '../budget/clients.ts'
import type { Unsent } from '../budget/unsent.ts'

/** Counts an answer until its client has taken it. @returns false if too much waits already */
export function holdUntilClosed(
  unsent: Unsent,
  client: Client,
  bytes: number,
  response: ServerResponse,
): boolean {
  const release = unsent.hold(client, bytes, () => response.destroy())
  if (release === undefined) return false
  if (response.destroyed) release()
  else response.once('close', release)
  return true
}
