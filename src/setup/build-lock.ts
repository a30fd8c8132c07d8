import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs'

/** A holder touches its file this often; a file left alone for STALE_MS has lost its holder. */
const TOUCH_MS = 1_000
const STALE_MS = 15_000

/** A lock that a crash does not leave behind for long: a file that its holder keeps touching. */
export class BuildLock {
  readonly #path: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string) {
    this.#path = path
    this.#timer = setInterval(() => {
      try {
        utimesSync(path, new Date(), new Date())
      } catch {
        // Someone removed it: the build goes on, its files are renamed into place whole.
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
