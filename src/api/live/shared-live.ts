import { transfersBetween } from '../../storage/reads/transfers.ts'
import { Work } from '../budget/work.ts'
import { type ApiContext, Snapshot } from '../request/context.ts'
import { finalTransfer } from '../request/models.ts'
import type { ApiServices } from '../request/services.ts'
import { RecordsByBlock } from './block-records.ts'
import type { LiveEvent } from './follow.ts'
import { type Made, SharedAnswers } from './shared-answers.ts'

/** Heights whose snapshots are kept. */
export const MAX_SNAPSHOTS = 8

/**
 * What subscriptions share, so that a block costs its reads once and not once per subscriber: the records of new blocks, the reads as of a
 * height, and the answers to events. All of it is bounded, and a subscriber that falls behind reads from storage again.
 */
export class SharedLive {
  readonly records: RecordsByBlock
  readonly answers: SharedAnswers
  readonly services: ApiServices
  /** Subscribers of each operation; as many as there are subscriptions at most. */
  readonly #subscribers = new Map<string, number>()
  readonly #snapshots = new Map<number, { snapshot: Snapshot; madeAt: number }>()

  constructor(services: ApiServices) {
    this.services = services
    this.answers = new SharedAnswers(services.genesis.eraMs, services.now)
    this.records = new RecordsByBlock(async (height) => {
      const { header, recordCount } = await (await this.at(height).loaders()).block(height)
      const { position } = header
      const rows = await transfersBetween(services.database, {
        first: position,
        end: position + recordCount,
      })
      return rows.map(finalTransfer)
    })
  }

  /** Adds a subscriber to those of its operation. @returns a function that removes it */
  join(operation: string): () => void {
    this.#subscribers.set(operation, this.#among(operation) + 1)
    return () => {
      const rest = this.#among(operation) - 1
      if (rest > 0) this.#subscribers.set(operation, rest)
      else this.#subscribers.delete(operation)
    }
  }

  /** The answer to an event: made once for all subscribers of an operation; made anew where nobody would share it. */
  answer(
    operation: string,
    event: LiveEvent<unknown>,
    make: () => Made | Promise<Made>,
  ): Made | Promise<Made> {
    if (event.name === undefined || this.#among(operation) < 2) return make()
    return this.answers.get(`${operation} ${event.name}`, make)
  }

  #among(operation: string): number {
    return this.#subscribers.get(operation) ?? 0
  }

  /** Number of snapshots that are kept. */
  get snapshots(): number {
    return this.#snapshots.size
  }

  /** The snapshot of a height, shared for at most an era, so that what a block does not fix is not older than that. */
  at(height: number): Snapshot {
    const now = this.services.now()
    const kept = this.#snapshots.get(height)
    if (kept && now - kept.madeAt <= this.services.genesis.eraMs) return kept.snapshot
    const snapshot = new Snapshot(this.services, height)
    this.#snapshots.delete(height)
    this.#snapshots.set(height, { snapshot, madeAt: now })
    const [oldest] = this.#snapshots.keys()
    if (this.#snapshots.size > MAX_SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest)
    return snapshot
  }

  /** Forgets all snapshots after a failure, which their loaders would repeat. */
  forget(): void {
    this.#snapshots.clear()
  }
}

/** The context of a subscription. */
export interface LiveContext extends ApiContext {
  live: SharedLive
}

/**
 * The context of an event as of a height, with the snapshot that all events of this height share. Others may share what is read for it, so it does
 * not end with the subscription.
 */
export function asOf(context: LiveContext, height: number): LiveContext {
  const { live, abort, traces, request, req, params, waitUntil } = context
  const { services } = live
  const work = new Work(services.limits.eventBytes)
  // By name: copying whatever there is takes longer than the event.
  return { live, abort, traces, request, req, params, waitUntil, services, snapshot: live.at(height), work }
}
