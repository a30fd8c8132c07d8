import type { Poseidon } from '../../crypto/poseidon.ts'
import type { Rejection } from '../../ledger/rejection.ts'
import { verifyAction } from '../../ledger/verify-action.ts'
import { moduleUrl } from '../../process/module-url.ts'
import { WorkerClient } from '../../process/worker-rpc.ts'
import type { SignatureMethods, SignedHash } from './signature-worker.ts'

/** Actions remembered as correctly signed: enough for a full pool and several blocks. */
const MAX_KNOWN = 65_536
/** Signatures per request to a worker: enough to keep it busy, and few enough to spread a block over all workers. */
const CHUNK = 64

/** A signature to check, named by the action's id (SHA-256 of its full bytes). */
export interface Check extends SignedHash {
  id: Uint8Array
}

/**
 * Checks each signature once: an action that was checked when it was submitted is not checked again when a block contains the same bytes. RSA
 * is checked on this thread (23 microseconds each); EdDSA takes fifty times as long and is checked in worker threads.
 */
export class Signatures {
  readonly #poseidon: Poseidon
  readonly #workers: WorkerClient<SignatureMethods>[]
  readonly #verify: typeof verifyAction
  readonly #known = new Set<string>()

  /** @param verify what checks a signature on this thread */
  constructor(poseidon: Poseidon, workers: number, onDeath: (error: Error) => void, verify = verifyAction) {
    this.#poseidon = poseidon
    this.#verify = verify
    const url = moduleUrl(import.meta.url, './signature-worker')
    this.#workers = Array.from(
      { length: workers },
      () => new WorkerClient<SignatureMethods>(url, undefined, onDeath),
    )
  }

  /** @returns for each action, in the order given, why its signature is rejected, or null */
  async check(checks: readonly Check[]): Promise<(Rejection | null)[]> {
    const results: (Rejection | null)[] = new Array(checks.length).fill(null)
    const slow: number[] = []
    checks.forEach((check, i) => {
      if (this.#known.has(key(check.id))) return
      if (check.action.publicKey.kind === 'eddsa' && this.#workers.length > 0) slow.push(i)
      else results[i] = this.#remember(check, this.#verify(this.#poseidon, check.action, check.hash))
    })
    const chunks: number[][] = []
    for (let i = 0; i < slow.length; i += CHUNK) chunks.push(slow.slice(i, i + CHUNK))
    await Promise.all(
      chunks.map(async (chunk) => {
        const items = chunk.map((i) => signedHash(checks[i]!))
        const answers = await this.#idlest().call('verify', items)
        chunk.forEach((i, n) => {
          results[i] = this.#remember(checks[i]!, answers[n]!)
        })
      }),
    )
    return results
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
  }

  #remember(check: Check, result: Rejection | null): Rejection | null {
    if (result !== null) return result
    if (this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.values().next().value!)
    this.#known.add(key(check.id))
    return null
  }

  #idlest(): WorkerClient<SignatureMethods> {
    return this.#workers.reduce((best, worker) => (worker.pending < best.pending ? worker : best))
  }
}

/** What a worker needs, and no more: it is copied. */
function signedHash({ action: { type, publicKey, signature }, hash }: Check): SignedHash {
  return { action: { type, publicKey, signature }, hash }
}

function key(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1')
}
