import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs'

/** How often the holder updates the time of its file. A file that is older than STALE_MS belongs to a process that ended. */
const TOUCH_MS = 1_000
const STALE_MS = 15_000

/** A lock between processes: a file whose time its holder keeps updating, so that a crash blocks others for STALE_MS only. */
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
      closeSync(openSync(path, 'wx', 0o600))
      return new BuildLock(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs
    if (touched !== undefined && Date.now() - touched > STALE_MS) rmSync(path, { force: true })
    return undefined
  }

  release(): void {
    clearInterval(this.#timer)
    rmSync(this.#path, { force: true })
  }
}
