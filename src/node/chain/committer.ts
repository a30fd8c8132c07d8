import { hexToBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { encodeCertificate } from '../../consensus/codec.ts'
import type { Certificate, Proposal, Write } from '../../consensus/types.ts'
import type { Clock } from '../../process/clock.ts'
import { databaseFailure } from '../../storage/database.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { NodeEvents } from '../events.ts'
import { retrying } from '../retry.ts'
import type { NodeStore } from '../store.ts'
import type { BlockExecutor } from './block-executor.ts'
import type { Chain } from './chain.ts'
import type { SignerFile } from './signer-file.ts'

/** What the committer writes with. */
export interface CommitterParts {
  store: NodeStore
  clock: Clock
  chain: Chain
  executor: BlockExecutor
  signer: SignerFile
  /** How many validators the chain has. */
  validators: number
  log: Logger
  /** Emits `committed` for each block once it is stored. */
  events: NodeEvents
}

/**
 * Writes what consensus decides. While the database does not answer, the node pauses here: the same write is repeated until it succeeds, and
 * nothing that depends on it happens before.
 */
export class Committer {
  readonly #parts: CommitterParts
  readonly #abort = new AbortController()
  /** Writes that are waiting for the database, with the failure of their last attempt. */
  readonly #failing = new Map<symbol, Failure>()

  constructor(parts: CommitterParts) {
    this.#parts = parts
  }

  /** Why the node pauses: what the database answered last to a write that is being repeated. Undefined while it takes writes. */
  get failure(): Failure | undefined {
    return [...this.#failing.values()].at(-1)
  }

  /** Stops waiting for a database that does not answer. */
  abort(): void {
    this.#abort.abort(new Failure('STOPPING', 'the node stops'))
  }

  /** Makes votes, and what they rest on, durable in the database; then records in signer.json that they were signed. */
  async persist(writes: Write[]): Promise<void> {
    const { store } = this.#parts
    await this.repeat('persist votes', () => store.persist(writes))
    const votes = writes.flatMap((write) => (write.type === 'vote' ? [write.vote] : []))
    const { signer, chain } = this.#parts
    const close = writes.find((write) => write.type === 'close')
    await this.repeat('record what was signed', async () => {
      try {
        signer.record(votes, chain.tip.header.view, close)
      } catch (error) {
        throw databaseFailure(error)
      }
    })
  }

  /** Stores an executed block in one transaction, and then applies it to the state, the pool and the trees. */
  async commit(proposal: Proposal, certificate: Certificate): Promise<void> {
    const { hash, header } = proposal
    const { chain, executor, store, log } = this.#parts
    const block = chain.block(hash)
    if (block === undefined) throw new Error(`block ${hash} is to be committed and was never executed`)
    const final = {
      header,
      hash: hexToBytes(hash),
      certificate: encodeCertificate(certificate, this.#parts.validators),
      actions: block.actions,
      records: block.records,
      changes: block.overlay.changes,
      logTiles: chain.logAfter(hash)?.full ?? [],
    }
    const stages = executor.stagesOf(hash)
    await stages.time('store', () => this.repeat('commit', () => store.commit(final)))
    const { evicted } = executor.finalize(hash)
    this.#inBackground('prune votes', () => store.prune(header.view))
    const { height, era, view } = header
    log.info({ height, era, view, records: block.records.length, evicted, ms: stages }, 'block')
    this.#parts.events.emit('committed', proposal, certificate)
  }

  /** Repeats a write, which must do everything or nothing, while the database does not take it; the node is paused meanwhile. */
  async repeat<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { log, clock } = this.#parts
    const write = Symbol(what)
    try {
      return await retrying(work, {
        clock,
        signal: this.#abort.signal,
        onFailure: (failure, attempt) => {
          this.#failing.set(write, failure)
          const { code, message, hint } = failure
          if (attempt === 1) log.warn({ code, hint, what }, `paused: ${message}`)
        },
        onRecovery: () => log.info({ what }, 'the database takes writes again'),
      })
    } finally {
      this.#failing.delete(write)
    }
  }

  /** Runs a clean-up that may fail without harm: the next one removes what this one left. */
  #inBackground(what: string, work: () => Promise<void>): void {
    work().catch((err) => this.#parts.log.debug({ err, what }, 'clean-up failed; the next one repeats it'))
  }
}
