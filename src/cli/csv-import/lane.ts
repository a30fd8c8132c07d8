import { setTimeout as sleep } from 'node:timers/promises'
import { remedyOf } from '../../client/graphql.ts'
import type { Client, Submitted } from '../../client/types.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import type { EraClock } from './era-clock.ts'
import { deedOf, type Journal } from './journal.ts'
import type { Planner, Work } from './plan.ts'
import type { Draft, Outgoing, RowSigner, Task } from './row-signer.ts'
import { GROUP, sendGroup } from './send.ts'

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
  /**
   * Assets whose rows go one per request: those behind a refused row of the same request would be parked by the node, with starts that they cannot
   * have any more; or, where the chain may have moves that are not known here, accepted a second time.
   */
  careful: Set<string>
  /** True once the import has failed: nothing more is sent. */
  isOver(): boolean
  /** Milliseconds before the same is sent again. */
  pauseMs: number
  onRejected(task: Task, code: string): void
  /** The row's own action is in the pool or parked, or final. */
  onAccepted(task: Task, hash: string): void
}

/** A row of a group: its drafts; or, without any, why it is rejected if all before it are accepted that it builds on. */
interface Drafted {
  task: Task
  code: string
  drafts: Draft[]
  rejected?: string
}

/** The actions of one row inside a group, where `start` is the index of the first. */
interface Part extends Omit<Drafted, 'drafts'> {
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
    if (!isSettled) await sleep(this.#options.pauseMs)
  }

  /** Takes rows from the queue until their actions fill a request; rejects those that the ledger would reject. */
  #nextGroup(): Part[] {
    const { planner, frozen, careful } = this.#options
    const drafted: Drafted[] = []
    /** Assets of which the group has actions. */
    const moving = new Set<string>()
    /** Assets of which the group takes no further row. */
    const closed = new Set<string>()
    const left: Task[] = []
    let room = GROUP
    for (const [i, task] of this.#tasks.entries()) {
      const code = planner.codeOf(task.row)
      if (closed.has(code)) {
        left.push(task)
        continue
      }
      const next = frozen.has(code) ? this.#leave(task) : this.#draftNext(task, code, moving.has(code), room)
      if (next === 'no room') {
        for (const rest of this.#tasks.slice(i)) left.push(rest)
        break
      }
      if (next === undefined) continue
      drafted.push(next)
      if (next.drafts.length > 0) moving.add(code)
      room -= next.drafts.length
      // Nothing is sent behind a registration before it is known to be new: if it is not, the pool may have moves that are not known here.
      const registers = next.drafts.some(({ move }) => move === undefined)
      if (registers || (moving.has(code) && careful.has(code))) closed.add(code)
    }
    this.#tasks = left
    return this.#sign(drafted)
  }

  /** A row for the group; undefined if it needs no place there. `isMoving` says that the group has actions of its asset. */
  #draftNext(task: Task, code: string, isMoving: boolean, room: number): Drafted | 'no room' | undefined {
    const { planner, broken, onRejected } = this.#options
    const rejected = broken.get(code) ?? task.verdict
    const plan = rejected === undefined ? planner.plan(task.row) : { rejected }
    if ('rejected' in plan) {
      // Whether what it builds on will be accepted is not known yet.
      if (isMoving) return { task, code, drafts: [], ...plan }
      onRejected(task, plan.rejected)
      return undefined
    }
    if (plan.moves.length + (plan.register ? 1 : 0) > room) return 'no room'
    const drafts = this.#draft(task, code, plan)
    return drafts.length > 0 ? { task, code, drafts } : undefined
  }

  /** Leaves a row to the next pass, before which nothing of it may be parked any more. */
  #leave(task: Task): undefined {
    const parked = this.#options.journal.parkedBeside(task.key, [])
    if (parked !== undefined) this.#options.onAccepted(task, parked.hash)
  }

  /** The drafts of a row; none if it is rejected, or has to wait for what was signed for it before. */
  #draft(task: Task, code: string, plan: Work): Draft[] {
    const { signer, journal, frozen, onRejected } = this.#options
    if (journal.parkedBeside(task.key, plan.moves.map(deedOf)) !== undefined) {
      frozen.add(code)
      this.#leave(task)
      return []
    }
    try {
      return signer.draft(task, plan, this.#travelMs)
    } catch (error) {
      if (!(error instanceof RejectionError)) throw error
      onRejected(task, error.rejection.code)
      return []
    }
  }

  #sign(drafted: readonly Drafted[]): Part[] {
    const actions = this.#options.signer.sign(drafted.flatMap(({ drafts }) => drafts))
    let start = 0
    return drafted.map(({ drafts: { length }, ...rest }) => {
      const part = { ...rest, start, actions: actions.slice(start, start + length) }
      start += length
      return part
    })
  }

  /** Ends rows that have a result, takes back what was not accepted, and queues the rest again. @returns false if it should be sent after a pause */
  async #settle(parts: Part[], answers: Submitted[] | undefined): Promise<boolean> {
    const { frozen, onRejected, onAccepted } = this.#options
    const again: Task[] = []
    /** Assets with an action that was not accepted. Rejections of their later actions do not count: they may be due to its absence. */
    const unsettled = new Set<string>()
    let later = answers === undefined
    for (const part of parts) {
      const { task, code, start, actions, rejected } = part
      const isOpen = unsettled.has(code) || frozen.has(code)
      if (rejected !== undefined) {
        if (isOpen) again.push(task)
        else onRejected(task, rejected)
        continue
      }
      if (answers !== undefined) this.#note(part, answers)
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
      if (remedy !== undefined || isOpen) again.push(task)
      else this.#refuse(part, lost, answers![start + failed]!.rejection!.code)
      unsettled.add(code)
    }
    this.#tasks.unshift(...again)
    return !later
  }

  /** Ends a row whose first `lost` action the ledger refused for good. */
  #refuse({ task, code }: Part, lost: readonly Outgoing[], reason: string): void {
    const { broken, careful, journal, onRejected } = this.#options
    for (const { signed } of lost) journal.forget(signed)
    careful.add(code)
    // All that follows builds on what the chain does not have, or has otherwise.
    if (lost[0]!.move === undefined || reason === 'STALE_START') broken.set(code, reason)
    onRejected(task, reason)
  }

  /** Remembers which actions a node keeps although it did not apply them, and that a registration was there before. */
  #note({ code, start, actions }: Part, answers: readonly Submitted[]): void {
    const { careful, journal } = this.#options
    for (const [i, { signed }] of actions.entries()) {
      const answer = answers[start + i]
      if (answer?.status === 'PARKED') journal.parked.add(signed.hash)
      else journal.parked.delete(signed.hash)
      if (answer?.rejection?.code === 'ASSET_EXISTS') careful.add(code)
    }
  }

  #remedyFor(answer: Submitted | undefined): ReturnType<typeof remedyOf> {
    return answer === undefined || answer.status === 'TIMEOUT' ? 'later' : remedyOf(answer.rejection!)
  }

  #takeBack(code: string, actions: readonly Outgoing[]): void {
    const { planner, journal } = this.#options
    for (const { move, signed } of actions) {
      journal.counted.delete(signed.hash)
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
