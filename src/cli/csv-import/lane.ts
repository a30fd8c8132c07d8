import { setTimeout as sleep } from 'node:timers/promises'
import { remedyOf } from '../../client/graphql.ts'
import type { Client, Submitted } from '../../client/types.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import type { EraClock } from './era-clock.ts'
import type { Journal } from './journal.ts'
import type { Planner, Work } from './plan.ts'
import type { Draft, Outgoing, RowSigner, Task } from './row-signer.ts'
import { GROUP, sendGroup } from './send.ts'

const PAUSE_MS = 500

/** What all lanes of an import share. */
export interface LaneOptions {
  client: Client
  clock: EraClock
  journal: Journal
  planner: Planner
  signer: RowSigner
  /** Assets of which the chain lacks the registration, or has moves that the journal does not know, and the code: their rows cannot be sent. */
  broken: Map<string, string>
  /** Assets of which something was lost on its way into a block: their rows wait for the next pass over the file, so that they keep their order. */
  frozen: Set<string>
  /** True once the import has failed: nothing more is sent. */
  isOver(): boolean
  onRejected(task: Task, code: string): void
  /** The row's own action is in the pool, or final. */
  onAccepted(task: Task, hash: string): void
}

/** The actions of one row inside a group, where `start` is the index of the first. */
interface Part {
  task: Task
  code: string
  start: number
  actions: Outgoing[]
}

/** Plans and sends rows in order, one group per request. Lanes work concurrently; all rows of an asset go through the same one. */
export class Lane {
  readonly #options: LaneOptions
  #tasks: Task[] = []
  #running: Promise<void> | undefined
  #sending = 0
  /** How long the last request took. */
  #travelMs = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#tasks.length
  }

  /** Rows that wait or are on their way. */
  get unsent(): number {
    return this.#tasks.length + this.#sending
  }

  push(task: Task): void {
    this.#tasks.push(task)
  }

  /** Sends until no row waits, or the import is over. @throws an error that sending again cannot solve */
  run(): Promise<void> {
    if (this.#tasks.length > 0) this.#running ??= this.#sendAll()
    return this.#running ?? Promise.resolve()
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#tasks.length > 0) {
        await this.#options.clock.read()
        if (this.#options.isOver()) return
        await this.#sendNext()
      }
    } finally {
      // At once, so that a row that is queued next is not left to a run that is over.
      this.#running = undefined
    }
  }

  async #sendNext(): Promise<void> {
    const parts = this.#nextGroup()
    // All rows that were left may have been rejected before anything was sent.
    if (parts.length === 0) return
    this.#sending = parts.length
    await this.#options.journal.flush()
    const sentMs = performance.now()
    const answers = await sendGroup(
      this.#options.client,
      parts.flatMap(({ actions }) => actions),
    )
    this.#travelMs = performance.now() - sentMs
    const isSettled = await this.#settle(parts, answers)
    this.#sending = 0
    if (!isSettled) await sleep(PAUSE_MS)
  }

  /** Takes rows from the queue until their actions fill a request; rejects those that the ledger would reject. */
  #nextGroup(): Part[] {
    const { planner, broken, frozen, onRejected } = this.#options
    const drafted: { task: Task; code: string; drafts: Draft[] }[] = []
    let size = 0
    let taken = 0
    for (const task of this.#tasks) {
      const code = planner.codeOf(task.row)
      const brokenBy = broken.get(code)
      const plan = brokenBy === undefined ? planner.plan(task.row) : { rejected: brokenBy }
      if (!frozen.has(code)) {
        if ('rejected' in plan) onRejected(task, plan.rejected)
        else {
          const length = plan.moves.length + (plan.register ? 1 : 0)
          if (size + length > GROUP) break
          const drafts = this.#draft(task, plan)
          if (drafts.length > 0) drafted.push({ task, code, drafts })
          size += drafts.length
        }
      }
      taken++
    }
    this.#tasks.splice(0, taken)
    return this.#sign(drafted)
  }

  #draft(task: Task, plan: Work): Draft[] {
    const { signer, onRejected } = this.#options
    try {
      return signer.draft(task, plan, this.#travelMs)
    } catch (error) {
      if (!(error instanceof RejectionError)) throw error
      onRejected(task, error.rejection.code)
      return []
    }
  }

  #sign(drafted: { task: Task; code: string; drafts: Draft[] }[]): Part[] {
    const actions = this.#options.signer.sign(drafted.flatMap(({ drafts }) => drafts))
    let start = 0
    return drafted.map(({ task, code, drafts: { length } }) => {
      const part = { task, code, start, actions: actions.slice(start, start + length) }
      start += length
      return part
    })
  }

  /** Ends rows that have a result, takes back what was not accepted, and queues the rest again. @returns false if it should be sent after a pause */
  async #settle(parts: Part[], answers: Submitted[] | undefined): Promise<boolean> {
    const { broken, frozen, onRejected, onAccepted } = this.#options
    const again: Task[] = []
    /** Assets with an action that was not accepted. Rejections of their later actions do not count: they may be due to its absence. */
    const unsettled = new Set<string>()
    let later = answers === undefined
    for (const { task, code, start, actions } of parts) {
      const failed = actions.findIndex((action, i) => !isAccepted(action, answers?.[start + i]))
      if (failed < 0) {
        onAccepted(task, actions.at(-1)!.signed.hash)
        continue
      }
      const lost = actions.slice(failed)
      this.#takeBack(code, lost)
      const remedy = this.#remedyFor(answers?.[start + failed])
      if (remedy === 'later') later = true
      if (remedy === 'new era') await this.#renew(lost[0]!)
      if (remedy === undefined && !unsettled.has(code) && !frozen.has(code)) {
        const reason = answers![start + failed]!.rejection!.code
        for (const { signed } of lost) this.#options.journal.forget(signed)
        // All that follows builds on what the chain does not have, or has otherwise.
        if (lost[0]!.move === undefined || reason === 'STALE_START') broken.set(code, reason)
        onRejected(task, reason)
      } else again.push(task)
      unsettled.add(code)
    }
    this.#tasks.unshift(...again)
    return !later
  }

  #remedyFor(answer: Submitted | undefined): ReturnType<typeof remedyOf> {
    return answer === undefined || answer.status === 'TIMEOUT' ? 'later' : remedyOf(answer.rejection!)
  }

  #takeBack(code: string, actions: readonly Outgoing[]): void {
    const { planner } = this.#options
    for (const { move } of actions) {
      if (move === undefined) planner.registered(code, undefined)
      else planner.revert(code, move)
    }
  }

  /** Lets an action that named an era in vain be signed with a new one. */
  async #renew({ signed }: Outgoing): Promise<void> {
    const { journal, clock } = this.#options
    journal.forget(signed)
    await clock.read(true)
  }
}

/** An asset that exists with the same definition is the one to be registered, of this issuer. */
function isAccepted({ move }: Outgoing, answer: Submitted | undefined): boolean {
  if (move === undefined && answer?.rejection?.code === 'ASSET_EXISTS') return true
  return answer?.status === 'ACCEPTED' || answer?.status === 'FINAL'
}
