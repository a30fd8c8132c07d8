import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { isSameProcess, startOf } from '../process/lock.ts'

/** How often the holder updates the time of its file. A file that is older than STALE_MS belongs to a process that ended. */
const TOUCH_MS = 1_000
const STALE_MS = 15_000

/**
 * A lock between processes, also of several machines or containers that share a cache: a file whose time its holder keeps updating, so that a
 * crash blocks others for STALE_MS only. The lock of a process of this machine that ended is taken at once.
 */
export class BuildLock {
  readonly #path: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string) {
    this.#path = path
    this.#timer = setInterval(() => {
      try {
        utimesSync(path, new Date(), new Date())
      } catch {
        // Someone removed the file. The build may continue: its files are complete when they are renamed into place.
      }
    }, TOUCH_MS)
    this.#timer.unref()
  }

  /** Takes the lock; undefined while another process has it. */
  static take(path: string): BuildLock | undefined {
    try {
      const holder = `${hostname()} ${process.pid} ${startOf(process.pid)}\n`
      writeFileSync(path, holder, { flag: 'wx', mode: 0o600 })
      return new BuildLock(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs
    if (touched !== undefined && (Date.now() - touched > STALE_MS || isOfEndedProcess(path)))
      rmSync(path, { force: true })
    return undefined
  }

  release(): void {
    clearInterval(this.#timer)
    rmSync(this.#path, { force: true })
  }
}

/** Whether the lock is of a process of this machine that has ended. */
function isOfEndedProcess(path: string): boolean {
  try {
    const [host, pid, start = ''] = readFileSync(path, 'utf8').trim().split(' ')
    return host === hostname() && !isSameProcess(Number(pid), start)
  } catch {
    return false
  }
}
