import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../../config/failure.ts'
import { syncFolder } from '../../config/files.ts'
import { FILE_ERRORS, UsageError } from '../failures.ts'

/** The file that is imported. It can be read several times, also if it came through a pipe, which is read once. */
export class InputFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #stats: Stats

  private constructor(path: string, handle: FileHandle, stats: Stats) {
    this.#path = path
    this.#handle = handle
    this.#stats = stats
  }

  /** Opens a file, or standard input for `-`. What comes through a pipe is kept in `folder`, in a file without a name. @throws UsageError */
  static async open(path: string, folder: string): Promise<InputFile> {
    if (path === '-' && !fstatSync(0).isFile()) {
      // Not by its name, because a socket cannot be opened again.
      const kept = await keep(process.stdin, folder)
      return new InputFile(path, kept, await kept.stat())
    }
    let handle: FileHandle
    try {
      handle = await open(path === '-' ? '/dev/stdin' : path)
    } catch (error) {
      throw unreadable(path, error)
    }
    let stats = await handle.stat()
    if (stats.isDirectory()) throw unreadable(path, { code: 'EISDIR' })
    if (!stats.isFile()) {
      handle = await keep(handle.createReadStream(), folder)
      stats = await handle.stat()
    }
    return new InputFile(path, handle, stats)
  }

  get stats(): Stats {
    return this.#stats
  }

  /**
   * The file's bytes, from the beginning, as many as there were when it was opened: of a file that grows while it is read, every reading has the same rows.
   * @throws Failure INPUT_CHANGED if these bytes were changed before this reading
   */
  async *chunks(): AsyncGenerator<Buffer> {
    if ((await this.#handle.stat()).size <= this.#stats.size) await this.checkUnchanged()
    const end = this.#stats.size - 1
    if (end < 0) return
    yield* this.#handle.createReadStream({ start: 0, end, autoClose: false }) as AsyncIterable<Buffer>
  }

  /** @throws Failure INPUT_CHANGED if it is not the file that was opened any more */
  async checkUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat()
    if (size === this.#stats.size && mtimeMs === this.#stats.mtimeMs) return
    throw new Failure('INPUT_CHANGED', `${this.#path} was changed while it was imported`, {
      hint: 'start the import again: it continues with the changed file',
    })
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

async function keep(pipe: AsyncIterable<Buffer>, folder: string): Promise<FileHandle> {
  const path = join(folder, `input.${process.pid}.${randomBytes(4).toString('hex')}`)
  const kept = await open(path, 'wx+', 0o600)
  rmSync(path)
  for await (const chunk of pipe) await kept.writeFile(chunk)
  return kept
}

function unreadable(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (!/^E[A-Z]+$/.test(code)) return error
  return new UsageError(`${path} ${FILE_ERRORS[code] ?? `cannot be read (${code})`}`)
}

/** A file that the import writes at its end. It is opened before anything is done, so that a wrong path costs nothing. */
export class OutputFile {
  readonly #path: string
  readonly #file: number
  readonly stats: Stats

  /** Opens the file and leaves what is in it. @throws errors of the file system; UsageError if it is one of `others`, by whatever name */
  constructor(path: string, option: string, others: readonly { name: string; stats: Stats }[]) {
    this.#path = path
    this.#file = openSync(path, 'a')
    this.stats = fstatSync(this.#file)
    const same = others.find(({ stats }) => stats.dev === this.stats.dev && stats.ino === this.stats.ino)
    if (same === undefined || !this.stats.isFile()) return
    this.close()
    throw new UsageError(`${option} names ${same.name}, which it would overwrite`)
  }

  /** Replaces the content, durably. */
  write(lines: Iterable<string>): void {
    if (this.stats.isFile()) ftruncateSync(this.#file)
    let text = ''
    for (const line of lines) {
      text += `${line}\n`
      if (text.length < CHUNK) continue
      writeAll(this.#file, text)
      text = ''
    }
    writeAll(this.#file, text)
    if (!this.stats.isFile()) return
    fsyncSync(this.#file)
    syncFolder(dirname(this.#path))
  }

  close(): void {
    closeSync(this.#file)
  }
}

const CHUNK = 64 * 1024

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/** A CSV field, quoted if needed. RFC 4180. */
export function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
