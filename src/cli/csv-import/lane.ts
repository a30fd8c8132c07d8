import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Submitted } from '../../client/client.ts'
import { remedyOf } from '../../client/graphql.ts'
import type { EraClock } from './era-clock.ts'
import type { Journal, Outcome } from './journal.ts'
import type { RowSigner, Task } from './row-signer.ts'
import { GROUP, type Outgoing, sendGroup } from './send.ts'

const PAUSE_MS = 500

/** What all lanes of an import share. */
export interface LaneOptions {
  client: Client
  clock: EraClock
  journal: Journal
  signer: RowSigner
  /** Assets with a row that the ledger rejected although the plan accepted it, and the code: their later rows cannot be sent. */
  broken: Map<string, string>
  onEnd(outcome: Outcome): void
}

/** The actions of one row inside a group, where `start` is the index of the first. */
interface Part {
  task: Task
  start: number
  actions: Outgoing[]
}

/** Sends rows in order, one group per request. Lanes work concurrently. */
export class Lane {
  readonly #options: LaneOptions
  #tasks: Task[] = []
  #running: Promise<void> | undefined
  /** How long the last request took. */
  #travelMs = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#tasks.length
  }

  push(task: Task): void {
    this.#tasks.push(task)
  }

  /** Sends until no row waits. @throws an error that sending again cannot solve */
  run(): Promise<void> {
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      this.#dropBroken()
      if (this.#tasks.length === 0) return
      const parts = await this.#nextGroup()
      const sentMs = performance.now()
      const answers = await sendGroup(
        this.#options.client,
        parts.flatMap(({ actions }) => actions),
      )
      this.#travelMs = performance.now() - sentMs
      if (answers === undefined || !(await this.#settle(parts, answers))) await sleep(PAUSE_MS)
    }
  }

  #dropBroken(): void {
    const { broken, onEnd } = this.#options
    this.#tasks = this.#tasks.filter((task) => {
      const code = broken.get(task.row.asset)
      if (code !== undefined) onEnd(rejectedOutcome(task, code))
      return code === undefined
    })
  }

  async #nextGroup(): Promise<Part[]> {
    const { clock, signer, journal } = this.#options
    await clock.read()
    const parts: Part[] = []
    let size = 0
    for (const task of this.#tasks) {
      const length = task.plan.moves.length + (task.plan.register ? 1 : 0)
      if (size > 0 && size + length > GROUP) break
      parts.push({ task, start: size, actions: await signer.sign(task, this.#travelMs) })
      size += length
    }
    await journal.flush()
    return parts
  }

  /** Removes rows that have a result, and gives actions whose era has passed a new one. @returns false if the rest should be sent after a pause */
  async #settle(parts: Part[], answers: Submitted[]): Promise<boolean> {
    const { journal, clock, broken, onEnd } = this.#options
    const ended = new Set<Task>()
    /** Assets with an action that must be sent again. Rejections of their later actions do not count: they may be due to its absence. */
    const unsettled = new Set<string>()
    let later = false
    for (const { task, start, actions } of parts) {
      const { number, asset } = task.row
      let accepted = 0
      for (let i = 0; i < actions.length; i++) {
        const answer = answers[start + i]!
        if (answer.status === 'ACCEPTED' || answer.status === 'FINAL') {
          accepted++
          continue
        }
        const remedy = answer.status === 'TIMEOUT' ? 'later' : remedyOf(answer.rejection!)
        if (remedy === 'later') later = true
        if (remedy === 'new era') {
          await clock.read(unsettled.size === 0)
          journal.sign(number, i, clock.nextEra(this.#travelMs))
        }
        if (remedy === undefined && !unsettled.has(asset)) {
          const { code } = answer.rejection!
          broken.set(asset, code)
          ended.add(task)
          onEnd(rejectedOutcome(task, code))
          break
        }
        unsettled.add(asset)
      }
      if (accepted === actions.length) {
        ended.add(task)
        onEnd({ row: number, status: 'applied', code: '', hash: answers[start + accepted - 1]!.hash! })
      }
    }
    this.#tasks = this.#tasks.filter((task) => !ended.has(task))
    return !later
  }
}

export function rejectedOutcome({ row }: Pick<Task, 'row'>, code: string): Outcome {
  return { row: row.number, status: 'rejected', code, hash: '' }
}
