import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_MS = 1_000
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** What a process used in one second or so. */
export interface Sample {
  atMs: number
  /** Of one core, all threads together; 100 is a whole core. */
  cpuPercent: number
  rssBytes: number
  /** Bytes per second that it gave to the disk. */
  writtenPerSecond: number
}

/** Watches what processes cost, once per second, from /proc (Linux). */
export class ProcessCosts {
  readonly samples: Sample[][]
  readonly #timer: NodeJS.Timeout

  constructor(pids: readonly number[]) {
    this.samples = pids.map(() => [])
    let before = pids.map(usageOf)
    this.#timer = setInterval(() => {
      const now = pids.map(usageOf)
      now.forEach((usage, i) => {
        const last = before[i]
        if (usage !== undefined && last !== undefined) this.samples[i]!.push(between(last, usage))
      })
      before = now
    }, SAMPLE_MS)
  }

  /** The samples of all processes from one time to another, milliseconds of `performance.now`. */
  between(fromMs: number, toMs = Number.POSITIVE_INFINITY): Sample[][] {
    return this.samples.map((own) => own.filter(({ atMs }) => atMs >= fromMs && atMs < toMs))
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

interface Usage {
  atMs: number
  cpuSeconds: number
  rssBytes: number
  writtenBytes: number
}

function between(before: Usage, now: Usage): Sample {
  const seconds = (now.atMs - before.atMs) / 1_000
  return {
    atMs: now.atMs,
    cpuPercent: (100 * (now.cpuSeconds - before.cpuSeconds)) / seconds,
    rssBytes: now.rssBytes,
    writtenPerSecond: (now.writtenBytes - before.writtenBytes) / seconds,
  }
}

/** @returns undefined once the process has ended */
function usageOf(pid: number): Usage | undefined {
  try {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
    // The name of the program, in parentheses, may contain spaces.
    const fields = read('stat').split(') ')[1]!.split(' ')
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(read('status'))![1]
    const written = /^write_bytes: (\d+)/m.exec(read('io'))![1]
    return {
      atMs: performance.now(),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      rssBytes: 1024 * Number(rss),
      writtenBytes: Number(written),
    }
  } catch {
    return undefined
  }
}
