import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex, utf8 } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { makePrivateFolder, writePrivateFile } from '../config/files.ts'
import { sha256 } from '../crypto/hash.ts'
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts'
import { parseNote } from '../log/note.ts'

/** The newest checkpoint of a log, with the signatures that made the witness believe it. */
export interface KeptCheckpoint extends Checkpoint {
  /** The signed note. */
  note: string
}

/** Where a witness keeps the newest checkpoint of each log: one file per log, the signed note itself. */
export class WitnessStore {
  readonly #folder: string
  readonly #newest = new Map<string, KeptCheckpoint>()

  /** Opens a folder, making it if there is none (mode 0700). @throws Failure WITNESS_DAMAGED */
  constructor(folder: string) {
    this.#folder = folder
    makePrivateFolder(folder)
    for (const name of readdirSync(folder)) {
      if (!/^[0-9a-f]{64}\.note$/.test(name)) continue
      const path = join(folder, name)
      const kept = readKept(path)
      if (name !== fileOf(kept.origin)) throw damaged(path)
      this.#newest.set(kept.origin, kept)
    }
  }

  newest(origin: string): KeptCheckpoint | undefined {
    return this.#newest.get(origin)
  }

  /** Makes a checkpoint the newest of its log. It is durable, as a whole, when this returns. */
  put(kept: KeptCheckpoint): void {
    writePrivateFile(join(this.#folder, fileOf(kept.origin)), kept.note)
    this.#newest.set(kept.origin, kept)
  }

  /**
   * Keeps two notes of one log that contradict each other, both with enough signatures to be believed: proof against those who signed both. The first
   * such pair of a log stays. @returns the file's path
   */
  putConflict(kept: KeptCheckpoint, other: string): string {
    const name = fileOf(kept.origin).replace('.note', '.conflict')
    const path = join(this.#folder, name)
    if (!existsSync(path)) writePrivateFile(path, `${kept.note}\n${other}`)
    return path
  }
}

/** An origin may have any characters. */
function fileOf(origin: string): string {
  return `${bytesToHex(sha256(utf8(origin)))}.note`
}

function readKept(path: string): KeptCheckpoint {
  try {
    const note = readFileSync(path, 'utf8')
    return { ...parseCheckpoint(parseNote(note).text), note }
  } catch (cause) {
    if (cause instanceof DecodeError) throw damaged(path, cause)
    throw cause
  }
}

function damaged(path: string, cause?: unknown): Failure {
  return new Failure('WITNESS_DAMAGED', `${path} is not the checkpoint that this witness stored`, {
    hint: 'restore the newest copy; a witness that has forgotten what it signed must not go on under its key',
    cause,
  })
}
