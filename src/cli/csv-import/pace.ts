import { counted, type Progress } from '../output.ts'

/** The pace is taken from so much of the past: long enough for blocks, which bring many rows at once, and for a machine that is busy now and then. */
const WINDOW_SHARE = 0.6
const MIN_WINDOW_MS = 20_000
/** With more samples, every second one is dropped, and they are taken half as often. */
const MAX_SAMPLES = 256
const FIRST_SPACING_MS = 100

interface Sample {
  ms: number
  done: number
}

/** How fast rows are done, and when all will be. Times are milliseconds of a monotonic clock. */
export class Pace {
  #samples: Sample[] = []
  #spacingMs = FIRST_SPACING_MS
  #newest: Sample | undefined

  /** Notes how many rows are done; also when none became done for a while, so that a pause counts. */
  note(ms: number, done: number): void {
    this.#newest = { ms, done }
    const last = this.#samples.at(-1)
    if (last !== undefined && ms - last.ms < this.#spacingMs) return
    this.#samples.push(this.#newest)
    if (this.#samples.length <= MAX_SAMPLES) return
    this.#samples = this.#samples.filter((_, i) => i % 2 === 0)
    this.#spacingMs *= 2
  }

  /** Rows per second over WINDOW_SHARE of the time since the first note, and at least MIN_WINDOW_MS; undefined until there are two notes. */
  get perSecond(): number | undefined {
    const [first, newest] = [this.#samples[0], this.#newest]
    if (first === undefined || newest === undefined || newest.ms === first.ms) return undefined
    const from = newest.ms - Math.max(MIN_WINDOW_MS, WINDOW_SHARE * (newest.ms - first.ms))
    const start = this.#samples.findLast(({ ms }) => ms <= from) ?? first
    return ((newest.done - start.done) * 1000) / (newest.ms - start.ms)
  }

  /** Seconds until `rows` more are done. */
  secondsFor(rows: number): number | undefined {
    const rate = this.perSecond
    return rate === undefined || rate === 0 ? undefined : rows / rate
  }
}

/** A pause that is said, because the api or the network may be away: several eras of 2 s. */
const LONG_PAUSE_MS = 10_000

/** Shows how far an import is: rows with a result, which only become more, the time left, and since when there were no more. */
export class Shown {
  readonly #bar: Progress
  readonly #total: number
  readonly #now: () => number
  readonly #pace = new Pace()
  readonly #startedMs: number
  #first: number | undefined
  #done = 0
  #grownMs = 0

  /** @param now milliseconds of a monotonic clock */
  constructor(bar: Progress, total: number, now: () => number = () => performance.now()) {
    this.#bar = bar
    this.#total = total
    this.#now = now
    this.#startedMs = now()
  }

  update(done: number): void {
    this.#first ??= done - 1
    if (done > this.#done) this.#grownMs = this.#now()
    this.#done = done
    this.tick()
  }

  /** To be called now and then, so that the time left is right also while no row becomes done. */
  tick(): void {
    if (this.#first === undefined) return
    this.#pace.note(this.#now(), this.#done)
    const left = this.#pace.secondsFor(this.#total - this.#done)
    const speed = left === undefined ? '' : `, ${speedOf(this.#pace.perSecond!)}, ${duration(left)} left`
    const pauseMs = this.#now() - this.#grownMs
    const pause = pauseMs < LONG_PAUSE_MS ? '' : `, no more for ${duration(pauseMs / 1000)}`
    this.#bar.update(
      this.#done,
      this.#total,
      `${this.#done} of ${counted(this.#total, 'row')}${pause}${speed}`,
    )
  }

  finish(): void {
    const seconds = (this.#now() - this.#startedMs) / 1000
    const rows = this.#done - (this.#first ?? 0)
    this.#bar.finish(`${counted(rows, 'row')} in ${seconds.toFixed(1)} s, ${speedOf(rows / seconds)}`)
  }
}

/** A speed for people, of two digits where it is slow: 0.23 per second, 2.4 per second, 35 per second. */
export function speedOf(perSecond: number): string {
  return `${perSecond < 10 ? Number(perSecond.toPrecision(2)) : Math.round(perSecond)} per second`
}

/** A number of seconds for people: 50 s, 12 min, 1 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
