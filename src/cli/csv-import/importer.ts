import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../client/client.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { EraClock } from './era-clock.ts'
import type { Journal, Outcome } from './journal.ts'
import { Lane, rejectedOutcome } from './lane.ts'
import type { Parties } from './parties.ts'
import type { Planner } from './plan.ts'
import { RowSigner, type Task } from './row-signer.ts'
import type { Row } from './rows.ts'

/** Requests in flight at once. All rows of one asset go through the same lane, in order. */
const LANES = 32
/** With more rows waiting in a lane, reading the file pauses. */
const MAX_WAITING = 128
const HASHES_PER_QUERY = 24
const FINAL_TIMEOUT_MS = 600_000
const PAUSE_MS = 500

export interface ImportOptions {
  poseidon: Poseidon
  client: Client
  planner: Planner
  parties: Parties
  journal: Journal
  onProgress(done: number, what: string): void
}

/** Signs and sends the actions of a file's rows, many assets at a time, and waits until they are final. */
export class Importer {
  readonly #options: ImportOptions
  readonly #clock: EraClock
  readonly #signer: RowSigner
  readonly #lanes: Lane[]
  #failure: { error: unknown } | undefined

  constructor(options: ImportOptions) {
    const { poseidon, client, journal, parties } = options
    this.#options = options
    this.#clock = new EraClock(client)
    this.#signer = new RowSigner(poseidon, parties, journal, this.#clock)
    const broken = new Map<string, string>()
    const shared = { client, clock: this.#clock, journal, signer: this.#signer, broken }
    this.#lanes = Array.from(
      { length: LANES },
      () => new Lane({ ...shared, onEnd: (outcome) => this.#end(outcome) }),
    )
  }

  async run(rows: AsyncIterable<Row>): Promise<void> {
    const { planner, journal } = this.#options
    await this.#clock.read()
    for await (const row of rows) {
      const plan = planner.plan(row)
      const ended = journal.outcomes.get(row.number)
      if ('rejected' in plan) {
        if (!ended) this.#end(rejectedOutcome({ row }, plan.rejected))
        continue
      }
      if (plan.register) this.#signer.define(row.asset, plan.register)
      if (ended?.status === 'rejected') continue
      planner.commit(row, plan)
      if (!ended) await this.#queue({ row, plan })
    }
    await Promise.all(this.#lanes.map((lane) => lane.run()))
    await this.#untilFinal()
  }

  async #queue(task: Task): Promise<void> {
    const lane = this.#lanes[laneOf(task.row.asset)]!
    lane.push(task)
    lane.run().catch((error) => {
      this.#failure ??= { error }
    })
    while (lane.waiting > MAX_WAITING && !this.#failure) await sleep(5)
    if (this.#failure) throw this.#failure.error
  }

  #end(outcome: Outcome): void {
    const { journal, onProgress } = this.#options
    journal.end(outcome)
    onProgress(journal.outcomes.size, 'rows sent')
  }

  /** Polls until the action of every applied row is final. */
  async #untilFinal(): Promise<void> {
    const { journal, onProgress, client } = this.#options
    let waiting = [...journal.outcomes.values()].filter((o) => o.status === 'applied')
    const total = waiting.length
    for (const deadline = Date.now() + FINAL_TIMEOUT_MS; waiting.length > 0 && Date.now() < deadline; ) {
      let pending: Outcome[] = []
      for (let i = 0; i < waiting.length; i += HASHES_PER_QUERY) {
        const part = waiting.slice(i, i + HASHES_PER_QUERY)
        const fields = part.map((o, k) => `t${k}: transfer(hash: "${o.hash}") { status }`).join(' ')
        const answer = await client.query<Record<string, { status: string } | null>>(`{ ${fields} }`)
        pending = pending.concat(part.filter((_, k) => answer[`t${k}`]?.status !== 'FINAL'))
        onProgress(total - waiting.length + i - pending.length, 'rows final')
        if (pending.length >= HASHES_PER_QUERY) {
          pending = pending.concat(waiting.slice(i + HASHES_PER_QUERY))
          break
        }
      }
      waiting = pending
      if (waiting.length > 0) await sleep(PAUSE_MS)
    }
    for (const { row } of waiting) journal.end({ row, status: 'rejected', code: 'ERA_EXPIRED', hash: '' })
  }
}

function laneOf(asset: string): number {
  let hash = 0
  for (let i = 0; i < asset.length; i++) hash = (Math.imul(hash, 31) + asset.charCodeAt(i)) >>> 0
  return hash % LANES
}
