import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** How a row ended. */
export interface Outcome {
  row: number
  status: 'applied' | 'rejected'
  code: string
  /** Of the row's own action; empty if nothing was signed. */
  hash: string
}

/**
 * What an import did so far, so that it goes on where it was stopped: the era that each action was signed with, written before they are
 * sent (the same row and era give the same action, and sending that twice does no harm), and how each row ended.
 */
export class Journal {
  /** Eras of a row's actions, in their order. */
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
          this.outcomes.set(entry.row, entry)
        }
      } catch {
        // The line that was being written when the process was killed; what it said is not known, and not needed.
      }
    }
    // A half line must not swallow the next.
    this.#buffer.push('')
  }

  /** The era that an action of a row is signed with: the one noted before, or a new one. */
  eraOf(row: number, action: number, newEra: () => number): number {
    const noted = this.eras.get(row)?.[action]
    if (noted !== undefined) return noted
    const era = newEra()
    this.sign(row, action, era)
    return era
  }

  sign(row: number, action: number, era: number): void {
    this.#remember(row, action, era)
    this.#buffer.push(JSON.stringify({ row, action, era }))
  }

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

  /** Resolves once what was noted so far would survive a loss of power; call it before sending. Many calls share one write. */
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

/** Names an import by its chain, its file's content and how it is read: another file or reading is another import. */
export async function importName(file: string, chainId: string, reading: unknown): Promise<string> {
  const hash = createHash('sha256').update(`${chainId}\n${JSON.stringify(reading)}\n`)
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex').slice(0, 24)
}
