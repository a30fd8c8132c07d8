import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError, remedyOf } from '../../client/graphql.ts'
import type { Client } from '../../client/types.ts'

/** Milliseconds for which an import asks an api again that does not answer, or has too much to do. */
const AWAY_MS = 60_000
const PAUSE_MS = 500

/** A client whose questions are asked again for up to `awayMs` while that may help. What it throws then ends an import; the same command goes on. */
export function patient(client: Client, awayMs = AWAY_MS, pauseMs = PAUSE_MS): Client {
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    for (const deadline = performance.now() + awayMs; ; await sleep(pauseMs)) {
      try {
        return await question()
      } catch (error) {
        const isPassing = error instanceof ClientError && remedyOf(error) === 'later'
        if (!isPassing || performance.now() >= deadline) throw error
      }
    }
  }
  return {
    ...client,
    query: (document, variables) => ask(() => client.query(document, variables)),
    chain: () => ask(() => client.chain()),
  }
}
