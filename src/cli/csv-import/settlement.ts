import { remedyOf } from '../../client/graphql.ts'
import type { Submitted } from '../../client/types.ts'
import type { LaneOptions, Part } from './group.ts'
import type { Outgoing, Task } from './row-signer.ts'

/** Takes the answers to groups. */
export class Settlement {
  readonly #options: LaneOptions

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /**
   * Ends rows that have a result, and takes back what was not accepted.
   * @param answers undefined if all must be sent again
   * @returns the rows to send again, in order; `later` if only after a pause
   */
  async settle(
    parts: readonly Part[],
    answers: readonly Submitted[] | undefined,
  ): Promise<{ again: Task[]; later: boolean }> {
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
    return { again, later }
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
      if (move === undefined) planner.assets.registered(code, undefined)
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
