import { counted, type Progress } from '../output.ts'

/** Milliseconds of the past that the pace is taken from. */
const WINDOW_MS = 20_000
const MAX_SAMPLES = 64

/** How fast rows are done, and when all will be. Times are milliseconds of a monotonic clock. */
export class Pace {
  #samples: { ms: number; done: number }[] = []

  /** Notes how many rows are done. */
  note(ms: number, done: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && ms - last.ms < WINDOW_MS / MAX_SAMPLES) return
    this.#samples.push({ ms, done })
    while (this.#samples.length > 2 && ms - this.#samples[1]!.ms >= WINDOW_MS) this.#samples.shift()
  }

  /** Rows per second over the last WINDOW_MS; undefined until there are two notes. */
  get perSecond(): number | undefined {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.ms === first.ms) return undefined
    return ((last.done - first.done) * 1000) / (last.ms - first.ms)
  }

  /** Seconds until `rows` more are done. */
  secondsFor(rows: number): number | undefined {
    const rate = this.perSecond
    return rate === undefined || rate === 0 ? undefined : rows / rate
  }
}

/** Shows how far an import is: rows with a result, which only become more, and the time left. */
export class Shown {
  readonly #bar: Progress
  readonly #total: number
  readonly #pace = new Pace()
  readonly #startedMs = performance.now()
  #first: number | undefined
  #done = 0

  constructor(bar: Progress, total: number) {
    this.#bar = bar
    this.#total = total
  }

  update(done: number): void {
    this.#first ??= done - 1
    this.#done = done
    this.#pace.note(performance.now(), done)
    const left = this.#pace.secondsFor(this.#total - done)
    const speed =
      left === undefined ? '' : `, ${Math.round(this.#pace.perSecond!)} per second, ${duration(left)} left`
    this.#bar.update(done, this.#total, `${done} of ${counted(this.#total, 'row')}${speed}`)
  }

  finish(): void {
    const seconds = (performance.now() - this.#startedMs) / 1000
    const rows = this.#done - (this.#first ?? 0)
    this.#bar.finish(
      `${counted(rows, 'row')} in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} per second`,
    )
  }
}

/** A number of seconds for people: 50 s, 12 min, 1 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
