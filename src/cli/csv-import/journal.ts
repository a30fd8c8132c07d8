import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** The result of a row. */
export interface Outcome {
  row: number
  status: 'applied' | 'rejected'
  code: string
  /** Hash of the row's own action; empty if the row was rejected. */
  hash: string
}

/**
 * The progress of an import, so that it continues where it was stopped: the result of each row, and the era that each action was signed with.
 * An era is written before its action is sent: after a crash the same row and era give the same action, which may be sent again.
 */
export class Journal {
  /** The eras of each row's actions, in their order; dropped when the row has a result. */
  readonly eras = new Map<number, number[]>()
  readonly outcomes = new Map<number, Outcome>()
  readonly #path: string
  #buffer: string[] = []
  #file: FileHandle | undefined
  #lastWrite: Promise<void> = Promise.resolve()
  #nextWrite: Promise<void> | undefined

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, `${name}.journal`)
    if (!existsSync(this.#path)) return
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      try {
        const entry = JSON.parse(line) as Outcome & { action: number; era?: number }
        if (entry.era !== undefined) this.#remember(entry.row, entry.action, entry.era)
        else {
          this.eras.delete(entry.row)
          this.outcomes.set(entry.row, { ...entry, status: statusOf(entry.status) })
        }
      } catch {
        // A line that was cut off when the process was killed. Without it, an action was not sent yet, or is sent again, which does no harm.
      }
    }
    // Begin with a line break, so that the next entry is not appended to a cut-off line.
    this.#buffer.push('')
  }

  /** The era to sign an action of a row with: the one noted before, or a new one, which is noted. */
  eraOf(row: number, action: number, newEra: () => number): number {
    const noted = this.eras.get(row)?.[action]
    if (noted !== undefined) return noted
    const era = newEra()
    this.sign(row, action, era)
    return era
  }

  /** Notes the era that an action of a row is signed with. */
  sign(row: number, action: number, era: number): void {
    this.#remember(row, action, era)
    this.#buffer.push(JSON.stringify({ row, action, era }))
  }

  /** Notes the result of a row. */
  end(outcome: Outcome): void {
    this.eras.delete(outcome.row)
    this.outcomes.set(outcome.row, outcome)
    this.#buffer.push(JSON.stringify(outcome))
  }

  #remember(row: number, action: number, era: number): void {
    const eras = this.eras.get(row) ?? []
    eras[action] = era
    this.eras.set(row, eras)
  }

  /** Resolves once everything noted so far is on disk; call it before sending. Concurrent calls share one write. */
  flush(): Promise<void> {
    this.#nextWrite ??= this.#lastWrite.then(() => {
      this.#nextWrite = undefined
      return this.#write()
    })
    this.#lastWrite = this.#nextWrite
    return this.#nextWrite
  }

  async #write(): Promise<void> {
    if (this.#buffer.length === 0) return
    const lines = this.#buffer
    this.#buffer = []
    this.#file ??= await open(this.#path, 'a', 0o600)
    await this.#file.appendFile(`${lines.join('\n')}\n`)
    await this.#file.datasync()
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#file?.close()
  }
}

/** Journals of earlier versions say `refused`. */
function statusOf(status: string): Outcome['status'] {
  return status === 'applied' ? 'applied' : 'rejected'
}

/** The name of an import's journal: a hash of the chain, the options it is read with and the file's content, so that any other has its own. */
export async function importName(file: string, chainId: string, reading: unknown): Promise<string> {
  const hash = createHash('sha256').update(`${chainId}\n${JSON.stringify(reading)}\n`)
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex').slice(0, 24)
}
