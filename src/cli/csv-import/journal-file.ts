import { createReadStream, existsSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { syncFolder } from '../../config/files.ts'

/** Lines that are written at a time when the file is replaced. */
const LINES_AT_ONCE = 1_000

/** A file of JSON values, one a line, to which lines are added durably. What a kill cuts off is left out when it is read. */
export class JournalFile {
  readonly #path: string
  #file: FileHandle | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** The values in order; none if there is no file yet. */
  async *read(): AsyncGenerator<unknown> {
    if (!existsSync(this.#path)) return
    for await (const line of createInterface({ input: createReadStream(this.#path), crlfDelay: 1 })) {
      const value = parse(line)
      if (value !== undefined) yield value
    }
  }

  /** Adds values; they are on disk when it resolves. */
  async append(values: readonly unknown[]): Promise<void> {
    const isFirst = this.#file === undefined
    // Begin with a line break, so that the first value is not appended to a cut-off line.
    const start = isFirst && existsSync(this.#path) ? '\n' : ''
    this.#file ??= await open(this.#path, 'a', 0o600)
    await this.#file.appendFile(start + linesOf(values))
    await this.#file.datasync()
    if (isFirst) syncFolder(dirname(this.#path))
  }

  /** Keeps those values that `isKept`, and adds others. A kill leaves the file as it was, or makes it what it shall be. */
  async replace(isKept: (value: unknown) => boolean, values: Iterable<unknown>): Promise<void> {
    await this.close()
    const path = `${this.#path}.new`
    const file = await open(path, 'w', 0o600)
    try {
      let lines: unknown[] = []
      for await (const value of this.#replaced(isKept, values)) {
        lines.push(value)
        if (lines.length < LINES_AT_ONCE) continue
        await file.appendFile(linesOf(lines))
        lines = []
      }
      await file.appendFile(linesOf(lines))
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(path, this.#path)
    syncFolder(dirname(this.#path))
  }

  async *#replaced(isKept: (value: unknown) => boolean, values: Iterable<unknown>): AsyncGenerator<unknown> {
    for await (const value of this.read()) if (isKept(value)) yield value
    yield* values
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }
}

function linesOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
