import type { Client } from '../../client/types.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import type { EraClock } from './era-clock.ts'
import { deedOf, type Journal } from './journal.ts'
import type { Planner, Work } from './plan.ts'
import type { Draft, Outgoing, RowSigner, Task } from './row-signer.ts'
import { GROUP } from './send.ts'

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
export interface Part extends Omit<Drafted, 'drafts'> {
  start: number
  actions: Outgoing[]
}

/** Makes groups of rows whose actions go out in one request, and signs them. */
export class Groups {
  readonly #options: LaneOptions
  /** How long an action may take to reach the node, in milliseconds. */
  travelMs = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Takes rows until their actions fill a request; rejects those that the ledger would reject. `left` are those for later groups. */
  next(tasks: readonly Task[]): { parts: Part[]; left: Task[] } {
    const { planner, frozen, careful } = this.#options
    const drafted: Drafted[] = []
    /** Assets of which the group has actions. */
    const moving = new Set<string>()
    /** Assets of which the group takes no further row. */
    const closed = new Set<string>()
    const left: Task[] = []
    let room = GROUP
    for (const [i, task] of tasks.entries()) {
      const code = planner.codeOf(task.row)
      if (closed.has(code)) {
        left.push(task)
        continue
      }
      const next = frozen.has(code) ? this.#leave(task) : this.#draftNext(task, code, moving.has(code), room)
      if (next === 'no room') {
        for (const rest of tasks.slice(i)) left.push(rest)
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
    return { parts: this.#sign(drafted), left }
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
      return signer.draft(task, plan, this.travelMs)
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
}
