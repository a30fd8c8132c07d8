import type { Line, PoolEntry } from './entry.ts'
import { Queue } from './queue.ts'
import type { Share } from './shares.ts'

/** A share while a block is filled. */
interface Turn {
  share: Share
  above: Turn | undefined
  /** What it may still take in this turn. Below 0 it has taken more, and sits out turns until that is made up. */
  credit: number
  /** Whether it is in the queue of the turn above. */
  isWaiting: boolean
  /** Those within it that may have something to offer. Shares become turns when they are first looked at. */
  within: Queue<Turn | Share>
  /** Of a signer: the holdings that may have something to offer. */
  lines: Queue<Lane>
}

/** The entries that spend from one holding. Only the first that was not taken can be applied next. */
interface Lane {
  turn: Turn
  line: Line
  entries: Iterator<PoolEntry>
  head: PoolEntry | undefined
}

/**
 * Takes an entry into the block. @returns what it costs; 0 if it cannot be taken now; PASSED if the next of its holding is to be tried instead;
 * FAILED if it was tried and does not apply
 */
export type Take = (entry: PoolEntry) => number

export const PASSED = -1
export const FAILED = -2

/**
 * Lets shares take turns, in proportion to the cost of what they take (surplus round robin): parties, within each of them sponsors, within each
 * of those signers, and within each of those the holdings that they spend from. A holding whose first entry cannot be taken is passed over,
 * until an entry that pays into it was taken. An entry that was tried in vain costs a turn: tries are bounded, and nobody may use up those of others.
 */
export class Turns {
  readonly #root: Turn
  readonly #quantum: number
  readonly #take: Take
  readonly #blocked = new Map<Line, Lane>()

  /** `quantum` is what a share may take in one turn: the least cost of an entry. */
  constructor(root: Share, quantum: number, take: Take) {
    this.#root = turnOf(root, undefined)
    this.#quantum = quantum
    this.#take = take
  }

  /** Takes or tries one more entry. @returns false if nothing can be taken */
  next(): boolean {
    return this.#serve(this.#root) > 0
  }

  /** Takes or tries one entry of a share, whose turn it is. @returns what it costs, 0 if nothing within can be taken */
  #serve(turn: Turn): number {
    if (turn.share.children.size === 0) return this.#serveSigner(turn)
    for (let next = turn.within.shift(); next !== undefined; next = turn.within.shift()) {
      const within = 'credit' in next ? next : turnOf(next, turn)
      within.credit += this.#quantum
      const cost = within.credit > 0 ? this.#serve(within) : 0
      if (within.credit > 0 && cost === 0) {
        within.credit = 0
        within.isWaiting = false
        continue
      }
      within.credit -= cost
      turn.within.push(within)
      if (cost > 0) return cost
    }
    return 0
  }

  #serveSigner(turn: Turn): number {
    for (let lane = turn.lines.shift(); lane !== undefined; lane = turn.lines.shift()) {
      const { head } = lane
      if (head === undefined) continue
      const cost = this.#take(head)
      if (cost === PASSED) {
        lane.head = lane.entries.next().value
        turn.lines.push(lane)
        continue
      }
      if (cost === 0 || cost === FAILED) {
        this.#blocked.set(lane.line, lane)
        if (cost === FAILED) return this.#quantum
        continue
      }
      lane.head = lane.entries.next().value
      turn.lines.push(lane)
      this.#unblock(head.payee)
      return cost
    }
    return 0
  }

  #unblock(line: Line): void {
    const lane = this.#blocked.get(line)
    if (lane === undefined) return
    this.#blocked.delete(line)
    lane.turn.lines.push(lane)
    for (let turn = lane.turn; turn.above !== undefined && !turn.isWaiting; turn = turn.above) {
      turn.isWaiting = true
      turn.above.within.push(turn)
    }
  }
}

function turnOf(share: Share, above: Turn | undefined): Turn {
  const turn: Turn = {
    ...{ share, above, credit: 0, isWaiting: true },
    within: new Queue<Turn | Share>(share.children.values()),
    lines: new Queue(),
  }
  for (const line of share.lines) {
    const entries = line.outs.values()
    turn.lines.push({ turn, line, entries, head: entries.next().value })
  }
  return turn
}
