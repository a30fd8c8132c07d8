import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a row ended. */
export interface Outcome {
  row: number
  status: 'applied' | 'refused'
  code: string
  /** Of the row's own action; empty if nothing was signed. */
  hash: string
}

/**
 * What an import did so far, so that it goes on where it was stopped: the era that each row's actions were signed with, written before they are
 * sent (the same row with the same era is the same action, and sending that twice does no harm), and how each row ended.
 */
export class Journal {
  readonly eras = new Map<number, number>()
  readonly outcomes = new Map<number, Outcome>()
  readonly #path: string
  #buffer: string[] = []

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, `${name}.journal`)
    if (!existsSync(this.#path)) return
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      try {
        const entry = JSON.parse(line) as Outcome & { era?: number }
        if (entry.era !== undefined) this.eras.set(entry.row, entry.era)
        else this.outcomes.set(entry.row, entry)
      } catch {
        // The line that was being written when the process was killed; what it said is not known, and not needed.
      }
    }
    // A half line must not swallow the next.
    this.#buffer.push('')
  }

  sign(row: number, era: number): void {
    this.eras.set(row, era)
    this.#buffer.push(JSON.stringify({ row, era }))
  }

  end(outcome: Outcome): void {
    this.outcomes.set(outcome.row, outcome)
    this.#buffer.push(JSON.stringify(outcome))
  }

  /** Hands what was noted to the system; call it before sending. */
  flush(): void {
    if (this.#buffer.length === 0) return
    appendFileSync(this.#path, `${this.#buffer.join('\n')}\n`, { mode: 0o600 })
    this.#buffer = []
  }
}

/** Names an import by its chain, its file's content and how it is read: another file or reading is another import. */
export async function importName(file: string, chainId: string, reading: unknown): Promise<string> {
  const hash = createHash('sha256').update(`${chainId}\n${JSON.stringify(reading)}\n`)
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex').slice(0, 24)
}
