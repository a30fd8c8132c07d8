import { copyFileSync, openSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../config/files.ts'

/** A log of more bytes is moved to NAME.log.1, in place of the one that was there. */
const MAX_LOG_BYTES = 8 * 1024 * 1024

/**
 * The log of a child, NAME.log. The child writes to it by itself, so that it loses nothing when its parent ends. When the log is large it is copied
 * and emptied, because the child keeps the file open; what it writes between the two is lost. Whatever goes wrong (the disk may be full), the child
 * runs on.
 */
export class LogFile {
  readonly #folder: string
  readonly #path: string
  readonly #maxBytes: number

  constructor(folder: string, name: string, maxBytes = MAX_LOG_BYTES) {
    this.#folder = folder
    this.#path = join(folder, `${name}.log`)
    this.#maxBytes = maxBytes
  }

  /** Opens the log for appending. @returns the descriptor, which the caller closes; 'ignore' if it cannot be written */
  open(): number | 'ignore' {
    try {
      makeFolder(this.#folder, 0o700)
      this.rotate()
      return openSync(this.#path, 'a', 0o600)
    } catch {
      return 'ignore'
    }
  }

  /** Moves what is in a large log out of it. */
  rotate(): void {
    try {
      if (statSync(this.#path).size <= this.#maxBytes) return
      copyFileSync(this.#path, `${this.#path}.1`)
    } catch {
      // There is no log yet, or no space for a copy. The log's bound counts more than its content.
    }
    try {
      if (statSync(this.#path).size > this.#maxBytes) truncateSync(this.#path)
    } catch {
      // As above.
    }
  }
}
