import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Failure } from '../../config/failure.ts'
import { moveIntoPlace, writePrivateFile } from '../../config/files.ts'
import { isObject, readJsonFile } from './json-file.ts'

/** How far an export has come, as of one block of one chain. */
export interface ExportProgress {
  /** Chain id, 64 hex digits. */
  chain: string
  height: number
  after: number
  count: number
  complete: boolean
}

/** What was verified of an export, beside its unfinished file. */
interface State {
  format: '1'
  /** Names the list, its filters and the format: only the same export may continue. */
  name: string
  /** Bytes of the file that were verified. */
  bytes: number
  progress: ExportProgress
}

/**
 * The file that an export is written to. Until the export is complete it is named FILE.part, and FILE.part.json says how much of it was
 * verified.
 */
export class ExportFile {
  readonly #path: string
  readonly #name: string
  readonly #file: FileHandle
  #bytes: number
  /** What was verified before; undefined for a new export. */
  readonly progress: ExportProgress | undefined

  private constructor(path: string, name: string, file: FileHandle, state: State | undefined) {
    this.#path = path
    this.#name = name
    this.#file = file
    this.#bytes = state?.bytes ?? 0
    this.progress = state?.progress
  }

  /**
   * Begins a new export, or continues one after the last part that was verified.
   * @param name of the export; one of another name is not continued
   * @throws Failure NOTHING_TO_RESUME, EXPORT_DIFFERS, FILE_DAMAGED
   */
  static async open(path: string, name: string, resume: boolean): Promise<ExportFile> {
    const state = resume ? readState(path, name) : undefined
    if (!resume) rmSync(stateOf(path), { force: true })
    const file = await open(partOf(path), state === undefined ? 'w' : 'r+')
    await file.truncate(state?.bytes ?? 0)
    return new ExportFile(path, name, file, state)
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    await this.#file.write(bytes, 0, bytes.length, this.#bytes)
    this.#bytes += bytes.length
  }

  /** Makes what was written so far durable, as what an interrupted export continues from. */
  async verified(progress: ExportProgress): Promise<void> {
    await this.#file.sync()
    const state: State = { format: '1', name: this.#name, bytes: this.#bytes, progress }
    writePrivateFile(stateOf(this.#path), JSON.stringify(state))
  }

  /** Gives the complete file its name, durably. @returns its SHA-256, 64 hex digits */
  async finish(): Promise<string> {
    await this.#file.sync()
    await this.#file.close()
    const digest = createHash('sha256')
    for await (const bytes of createReadStream(partOf(this.#path))) digest.update(bytes)
    moveIntoPlace(partOf(this.#path), this.#path)
    rmSync(stateOf(this.#path), { force: true })
    return digest.digest('hex')
  }

  /** Closes an unfinished file. */
  async close(): Promise<void> {
    await this.#file.close()
  }
}

const partOf = (path: string) => `${path}.part`
const stateOf = (path: string) => `${path}.part.json`

function readState(path: string, name: string): State {
  if (!existsSync(stateOf(path)) || !existsSync(partOf(path))) {
    throw new Failure('NOTHING_TO_RESUME', `there is no interrupted export to ${path}`, {
      hint: 'leave out --resume',
    })
  }
  const state = readJsonFile(stateOf(path), isState, 'leave out --resume to begin anew')!
  if (state.format !== '1' || state.name !== name) {
    throw new Failure(
      'EXPORT_DIFFERS',
      `the interrupted export to ${path} has other filters or another format`,
      {
        hint: 'give the same options as before, or leave out --resume',
      },
    )
  }
  return state
}

/** A state of any format: which one it has is for `readState` to say. */
function isState(content: unknown): content is State {
  if (!isObject(content)) return false
  const { format, bytes, progress } = content
  if (format !== '1') return typeof format === 'string'
  return (
    Number.isSafeInteger(bytes) &&
    isObject(progress) &&
    typeof progress.chain === 'string' &&
    [progress.height, progress.after, progress.count].every(Number.isSafeInteger)
  )
}
