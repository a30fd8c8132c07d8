import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../client/types.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { EraClock } from './era-clock.ts'
import { type Accepted, Finals, isTaken, PAUSE_MS, surelyStatusesOf } from './finals.ts'
import { type Journal, moveOf } from './journal.ts'
import { Lane } from './lane.ts'
import type { Parties } from './parties.ts'
import { patient } from './patience.ts'
import type { Planner } from './plan.ts'
import { recall } from './recall.ts'
import type { Results } from './results.ts'
import { checkRoom } from './room.ts'
import { RowKeys } from './row-keys.ts'
import { RowSigner, type Task } from './row-signer.ts'
import { type BadRow, isBadRow, type Row } from './rows.ts'

/** Requests in flight at once. All rows of one asset go through the same lane, in order. */
const LANES = 8
/** With more rows waiting in a lane, reading the file pauses. */
const MAX_WAITING = 128
/** With more rows waiting to become final, reading the file pauses. */
const MAX_ACCEPTED = 20_000
/** Passes over the file: each further one sends again what was lost on its way into a block. */
const MAX_PASSES = 5

export interface ImportOptions {
  poseidon: Poseidon
  client: Client
  /** Has surveyed all rows. */
  planner: Planner
  parties: Parties
  journal: Journal
  results: Results
  /** Rows that have a result: never fewer than the time before. */
  onProgress(done: number): void
  /** Milliseconds between two questions about the same actions, and between two requests with the same. Default PAUSE_MS. */
  pauseMs?: number
  /** Records that are looked for on the chain at a time, unless a single asset has more. Default 25,000. */
  maxRecords?: number
}

/** Signs and sends the actions of a file's rows, many assets at a time, and waits until they are final. */
export class Importer {
  readonly #options: ImportOptions & { pauseMs: number }
  readonly #clock: EraClock
  readonly #lanes: Lane[]
  readonly #finals: Finals
  readonly #keys: RowKeys
  readonly #broken = new Map<string, string>()
  readonly #frozen = new Set<string>()
  readonly #careful = new Set<string>()
  #failure: { error: unknown } | undefined

  constructor(options: ImportOptions) {
    const { journal, planner, results } = options
    const client = patient(options.client)
    const { pauseMs = PAUSE_MS } = options
    this.#options = { ...options, client, pauseMs }
    this.#clock = new EraClock(client)
    this.#keys = new RowKeys((name) => planner.isNobody(name))
    this.#finals = new Finals({
      ...{ client, pauseMs },
      unsent: () => this.#lanes.reduce((sum, lane) => sum + lane.unsent, 0),
      onFinal: ({ task, hash }) => {
        journal.end(task.key, hash)
        results.applied(task.row.number, hash)
        options.onProgress(results.size)
      },
      onLost: (rows) => this.#lost(rows),
    })
    const shared = {
      // A request that was lost is planned anew.
      client: options.client,
      ...{ clock: this.#clock, pauseMs },
      journal,
      planner,
      signer: new RowSigner({ ...options, clock: this.#clock }),
      broken: this.#broken,
      frozen: this.#frozen,
      careful: this.#careful,
      isOver: () => this.#failure !== undefined,
      onRejected: (task: Task, code: string) => this.#reject(task.row, code),
      onAccepted: (task: Task, hash: string) => this.#finals.add(task, hash),
    }
    this.#lanes = Array.from({ length: LANES }, () => new Lane(shared))
  }

  /** `rows` begins a pass over the file. @throws Failure NOT_FINAL, NOT_REGISTRAR, QUOTA_TOO_SMALL; ClientError that sending again cannot solve */
  async run(rows: () => AsyncIterable<Row | BadRow>): Promise<void> {
    const { client, planner, parties } = this.#options
    await this.#clock.read()
    planner.rewind()
    const { accepted, found, unexplained } = await recall({ ...this.#options, keys: this.#keys }, rows)
    for (const code of found) this.#careful.add(code)
    await checkRoom(client, parties.issuer.address, planner.missing)
    for (let pass = 1; pass <= MAX_PASSES; pass++) {
      this.#frozen.clear()
      // Rows before the one that broke an asset get codes of their own again.
      this.#broken.clear()
      for (const code of unexplained) this.#broken.set(code, 'STALE_START')
      planner.beginPass()
      const watch = this.#finals.run()
      watch.catch((error) => this.#fail(error))
      try {
        await this.#pass(rows(), accepted)
      } catch (error) {
        this.#finals.stop()
        throw error
      }
      this.#finals.end()
      await watch
      if (this.#frozen.size === 0) return
    }
  }

  async #pass(rows: AsyncIterable<Row | BadRow>, accepted: Map<string, string>): Promise<void> {
    const { planner, journal, results, onProgress } = this.#options
    for await (const row of rows) {
      if (isBadRow(row)) {
        results.bad(row.number, row.line, row.reason)
        onProgress(results.size)
        continue
      }
      const code = planner.codeOf(row)
      const key = this.#keys.next(row, code)
      const final = journal.final.get(key)
      const waiting = accepted.get(key)
      const isOnChain = final !== undefined || waiting !== undefined || this.#finals.has(key)
      const task: Task = { row, key, verdict: planner.read(row, isOnChain) }
      if (final !== undefined) {
        results.applied(row.number, final)
        onProgress(results.size)
      } else if (waiting !== undefined) {
        accepted.delete(key)
        this.#finals.add(task, waiting)
      } else if (!isOnChain) await this.#queue(task, code)
    }
    this.#keys.endPass()
    await Promise.all(this.#lanes.map((lane) => lane.run()))
    if (this.#failure) throw this.#failure.error
  }

  async #queue(task: Task, code: string): Promise<void> {
    const lane = this.#lanes[laneOf(code)]!
    lane.push(task)
    lane.run().catch((error) => this.#fail(error))
    while ((lane.waiting > MAX_WAITING || this.#finals.size > MAX_ACCEPTED) && !this.#failure) await sleep(5)
    if (this.#failure) throw this.#failure.error
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  #reject({ number }: { number: number }, code: string): void {
    const { results, onProgress } = this.#options
    results.rejected(number, code)
    onProgress(results.size)
  }

  /** Takes back the actions of rows that were lost; the next pass sends them again, with a new era. */
  async #lost(rows: readonly Accepted[]): Promise<void> {
    const { client, journal, planner, pauseMs } = this.#options
    for (const { task } of rows) this.#frozen.add(planner.codeOf(task.row))
    const signed = rows.flatMap(({ task }) => journal.open.get(task.key) ?? [])
    const statuses = await surelyStatusesOf(
      client,
      signed.map(({ hash }) => hash),
      pauseMs,
    )
    for (const [i, one] of signed.entries()) {
      if (isTaken(statuses[i]!)) continue
      if (journal.counted.has(one.hash)) {
        if ('id' in one.deed) planner.assets.registered(one.code, undefined)
        else planner.revert(one.code, moveOf(one.deed))
      }
      journal.forget(one)
    }
  }
}

function laneOf(asset: string): number {
  let hash = 0
  for (let i = 0; i < asset.length; i++) hash = (Math.imul(hash, 31) + asset.charCodeAt(i)) >>> 0
  return hash % LANES
}
