/** Bounds of a fair queue. Heavy tasks may use half of each, rounded up. */
export interface QueueLimits {
  /** Tasks that run at a time. */
  running: number
  /** Tasks of one client that run at a time. */
  runningPerClient: number
  /** Tasks that wait. */
  waiting: number
  /** Tasks of one client that wait. */
  waitingPerClient: number
}

/** Light tasks are done soon. Heavy ones leave room for them. */
export type TaskWeight = 'light' | 'heavy'

/** Tasks that run or wait: of all kinds, and the heavy ones among them. */
interface Load {
  all: number
  heavy: number
}

interface Line {
  readonly running: Load
  readonly waiting: Load
  /** Starts of tasks, the oldest first. */
  readonly starts: Record<TaskWeight, (() => void)[]>
}

/**
 * Runs a bounded number of tasks at a time, and lets the others wait in a line per client. Lines take turns, so a client with many tasks does not
 * keep others waiting for more than one task of each. Heavy tasks never have more than half of the room, and light ones pass those that wait, so
 * a light task waits for light ones only. Lines without tasks are forgotten, so their number is bounded too.
 */
export class FairQueue {
  readonly #limits: QueueLimits
  /** The line whose turn is next first. */
  readonly #lines = new Map<string, Line>()
  readonly #running: Load = { all: 0, heavy: 0 }
  readonly #waiting: Load = { all: 0, heavy: 0 }

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** Tasks that run and that wait, and the clients that they belong to. */
  get size(): { running: number; waiting: number; clients: number } {
    return { running: this.#running.all, waiting: this.#waiting.all, clients: this.#lines.size }
  }

  /**
   * Waits until a task of a client may run. Call `leave` when it is done.
   * @param signalOf makes a signal that takes the task out of the line when it aborts; called only if the task has to wait
   * @returns false if too many wait already, or the signal has aborted
   */
  async enter(client: string, weight: TaskWeight, signalOf: () => AbortSignal): Promise<boolean> {
    const line = this.#lines.get(client) ?? newLine()
    if (this.#mayRun(line, weight)) {
      this.#start(client, line, weight)
      return true
    }
    const { waiting, waitingPerClient } = this.#limits
    const hasRoom =
      hasRoomFor(weight, this.#waiting, waiting) && hasRoomFor(weight, line.waiting, waitingPerClient)
    if (!hasRoom) return false
    const signal = signalOf()
    if (signal.aborted) return false
    this.#lines.set(client, line)
    return this.#wait(client, line, weight, signal)
  }

  /** A task of a client is done. */
  leave(client: string, weight: TaskWeight): void {
    const line = this.#lines.get(client)
    if (line === undefined || countOf(line.running, weight) === 0)
      throw new Error(`no ${weight} task of ${client} runs`)
    add(weight, -1, line.running, this.#running)
    this.#forget(client, line)
    this.#startNext()
  }

  #mayRun(line: Line, weight: TaskWeight): boolean {
    const { running, runningPerClient } = this.#limits
    return hasRoomFor(weight, this.#running, running) && hasRoomFor(weight, line.running, runningPerClient)
  }

  #wait(client: string, line: Line, weight: TaskWeight, signal: AbortSignal): Promise<boolean> {
    const starts = line.starts[weight]
    add(weight, 1, line.waiting, this.#waiting)
    return new Promise((resolve) => {
      const start = () => {
        signal.removeEventListener('abort', give)
        resolve(true)
      }
      const give = () => {
        starts.splice(starts.indexOf(start), 1)
        add(weight, -1, line.waiting, this.#waiting)
        this.#forget(client, line)
        resolve(false)
      }
      signal.addEventListener('abort', give, { once: true })
      starts.push(start)
    })
  }

  /** Counts a task that starts. Its line goes to the end. */
  #start(client: string, line: Line, weight: TaskWeight): void {
    this.#lines.delete(client)
    this.#lines.set(client, line)
    add(weight, 1, line.running, this.#running)
  }

  /** Starts waiting tasks while there is room. */
  #startNext(): void {
    for (const [client, line] of [...this.#lines]) {
      if (this.#running.all >= this.#limits.running) return
      const weight = this.#nextOf(line)
      if (weight === undefined) continue
      add(weight, -1, line.waiting, this.#waiting)
      this.#start(client, line, weight)
      line.starts[weight].shift()!()
    }
  }

  /** The kind of task of a line that may run now; undefined if none waits that may. */
  #nextOf(line: Line): TaskWeight | undefined {
    return (['light', 'heavy'] as const).find(
      (weight) => line.starts[weight].length > 0 && this.#mayRun(line, weight),
    )
  }

  #forget(client: string, line: Line): void {
    if (line.running.all === 0 && line.waiting.all === 0) this.#lines.delete(client)
  }
}

const newLine = (): Line => ({
  running: { all: 0, heavy: 0 },
  waiting: { all: 0, heavy: 0 },
  starts: { light: [], heavy: [] },
})

/** The part of a bound that heavy tasks may use. */
export const heavyShare = (max: number): number => Math.ceil(max / 2)

function hasRoomFor(weight: TaskWeight, { all, heavy }: Load, max: number): boolean {
  return all < max && (weight === 'light' || heavy < heavyShare(max))
}

const countOf = ({ all, heavy }: Load, weight: TaskWeight) => (weight === 'heavy' ? heavy : all - heavy)

function add(weight: TaskWeight, change: 1 | -1, ...loads: Load[]): void {
  for (const load of loads) {
    load.all += change
    if (weight === 'heavy') load.heavy += change
  }
}
