import type { Rejection } from '../../ledger/rejection.ts'
import { verifyAction } from '../../ledger/verify-action.ts'
import { moduleUrl } from '../../process/module-url.ts'
import { WorkerClient } from '../../process/worker-rpc.ts'
import type { SignatureMethods, SignedHash } from './signature-worker.ts'

/** Actions remembered as correctly signed: a pool and several blocks of them. */
const MAX_KNOWN = 65_536
/** Signatures a worker is handed at once: large enough to keep it busy, small enough to spread a block over all workers. */
const CHUNK = 64

/** A signature to check, named by the action's id (SHA-256 of its full bytes). */
export interface Check extends SignedHash {
  id: Uint8Array
}

/**
 * Checks signatures, each once: what was checked when an action was submitted is not checked again when a block holds the very same
 * bytes. RSA is checked here (23 microseconds); EdDSA, fifty times as slow, in worker threads.
 */
export class Signatures {
  readonly #workers: WorkerClient<SignatureMethods>[]
  readonly #known = new Set<string>()

  constructor(workers: number, onDeath: (error: Error) => void) {
    const url = moduleUrl(import.meta.url, './signature-worker')
    this.#workers = Array.from(
      { length: workers },
      () => new WorkerClient<SignatureMethods>(url, undefined, onDeath),
    )
  }

  /** Why each action's signature is rejected, or null; in the order given. */
  async check(checks: readonly Check[]): Promise<(Rejection | null)[]> {
    const results: (Rejection | null)[] = new Array(checks.length).fill(null)
    const slow: number[] = []
    checks.forEach((check, i) => {
      if (this.#known.has(key(check.id))) return
      if (check.action.publicKey.kind === 'eddsa' && this.#workers.length > 0) slow.push(i)
      else results[i] = this.#remember(check, verifyAction(check.action, check.hash))
    })
    const chunks: number[][] = []
    for (let i = 0; i < slow.length; i += CHUNK) chunks.push(slow.slice(i, i + CHUNK))
    await Promise.all(
      chunks.map(async (chunk) => {
        const items = chunk.map((i) => ({ action: checks[i]!.action, hash: checks[i]!.hash }))
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

function key(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1')
}
