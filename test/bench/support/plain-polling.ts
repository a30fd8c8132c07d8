import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesToHex, hexToBytes } from '../../../src/codec/bytes.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { verifyAction } from '../../../src/ledger/verify-action.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const POLL_MS = 1_000

/**
 * The base line: a node that offers its whole pool as one JSON document, and another that asks for it once a second, parses it, and checks what is
 * new. Nothing is stored, nothing agreed upon.
 * @returns milliseconds from the last transfer being there to the other side having checked all
 */
export async function pollPlainly(actions: readonly SignedAction[]): Promise<{ ms: number; bytes: number }> {
  const pool: unknown[] = []
  const server = http.createServer((_request, response) => response.end(JSON.stringify(pool)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const known = new Set<string>()
  let bytes = 0
  const poll = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    bytes += text.length
    for (const { action } of JSON.parse(text) as { action: string }[]) {
      if (known.has(action)) continue
      const decoded = decodeAction(hexToBytes(action))
      if (verifyAction(poseidon, decoded, actionHash(poseidon, decoded)) !== null)
        throw new Error('a bad signature')
      known.add(action)
    }
  }
  // They come in over a few seconds, as they would from people.
  const slice = Math.ceil(actions.length / 30)
  const feeding = (async () => {
    for (let at = 0; at < actions.length; at += slice) {
      for (const action of actions.slice(at, at + slice)) pool.push(readable(action))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return performance.now()
  })()
  let finished = 0
  while (known.size < actions.length) {
    const started = performance.now()
    await poll()
    finished = performance.now()
    if (known.size < actions.length)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS - (finished - started)))
  }
  const fed = await feeding
  server.close()
  server.closeAllConnections()
  return { ms: Math.max(0, finished - fed), bytes }
}

/** All fields spelled out beside the whole. */
function readable(action: SignedAction): unknown {
  const fields =
    action.type === 'transfer'
      ? Object.entries(action.transfer).map(([name, value]) => [name, `${value}`])
      : []
  return {
    ...Object.fromEntries(fields),
    publicKey: bytesToHex(action.publicKey.bytes),
    signature: bytesToHex(action.signature),
    action: bytesToHex(encodeAction(action)),
  }
}
