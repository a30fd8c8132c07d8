import { isRejectionCode, REJECTIONS } from '../../ledger/rejection.ts'
import { quoted } from './files.ts'

/** What a code means for a row of an import, and what to do, where the ledger's message does not say it. */
export const ADVICE: Readonly<Record<string, string>> = {
  STALE_START:
    'The chain has moves of this asset that neither the journal of this data directory nor the rows of the file explain: the file is another one, they were made elsewhere, or wait to become final. Start the import again once nothing waits; import the file that made them, with the data directory that has the journal; or import under other codes (--prefix).',
  NO_HOLDING:
    'Nothing in the rows before gives units to the sender. Add the row that does, and start the import again.',
  INSUFFICIENT_BALANCE:
    'The rows before leave the sender less than that, or more is issued than the cap that the asset was registered with. An asset whose first row is no issue has only what that row moves: where its sender had more, begin with a row from --zero that issues all, under other codes (--prefix) if the asset is on the chain already.',
  BAD_ROW: 'The row cannot be read. Mend it, and start the import again.',
  BAD_AMOUNT:
    'Amounts are whole numbers of the smallest units, from 1 to 2^112 - 1, without a decimal point or separators. Write 1.50 as 150, and import with --decimals 2.',
}

/** Bad rows whose fault the report says; those after them have only their code. */
const MAX_FAULTS = 100_000

/** What became of each row of the file, by its number. */
export class Results {
  /** The hash of an applied row's own action (64 hex digits), or the code of a rejection; nothing for a row that has no result yet. */
  readonly #of: string[] = []
  readonly #faults = new Map<number, string>()
  #size = 0

  /** Rows that have a result. */
  get size(): number {
    return this.#size
  }

  applied(row: number, hash: string): void {
    this.#set(row, hash)
  }

  rejected(row: number, code: string): void {
    this.#set(row, code)
  }

  /** A row that cannot be read. @param line where it begins in the file, from 1 */
  bad(row: number, line: number, fault: string): void {
    this.#set(row, 'BAD_ROW')
    if (this.#faults.size < MAX_FAULTS) this.#faults.set(row, `line ${line}: ${fault}`)
  }

  /** The line and the fault of the first bad row; undefined if there is none. */
  get firstFault(): string | undefined {
    return this.#faults.values().next().value
  }

  #set(row: number, result: string): void {
    if (this.#of[row - 1] === undefined) this.#size++
    this.#of[row - 1] = result
  }

  /** How many rows were rejected, by code. */
  get rejections(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const result of this.#of)
      if (result !== undefined && !isHash(result)) counts.set(result, (counts.get(result) ?? 0) + 1)
    return counts
  }

  /** A CSV with one line per row of the file that has a result, in order: row, status, code, hash, message. */
  *lines(): Generator<string> {
    yield 'row,status,code,hash,message'
    for (const [i, result] of this.#of.entries()) {
      if (result === undefined) continue
      yield isHash(result)
        ? `${i + 1},applied,,${result},`
        : `${i + 1},rejected,${result},,${quoted(this.#messageOf(i + 1, result))}`
    }
  }

  #messageOf(row: number, code: string): string {
    const fault = this.#faults.get(row)
    const message = ADVICE[code] ?? (isRejectionCode(code) ? REJECTIONS[code] : '')
    return fault === undefined ? message : `${fault}. ${message}`
  }
}

const isHash = (result: string) => result.length === 64
