import { KeyedRows } from './keyed-rows.ts'
import { RowIndex } from './row-index.ts'
import { FIELD_WORDS, hashWords, Rows } from './rows.ts'

// A row, in 32-bit words: the id (8), the sponsor's number, the mint holding, a flag with the code's length, and the first row of the code.
const SPONSOR = FIELD_WORDS
const MINT_HOLDING = SPONSOR + 1
const FLAGS = MINT_HOLDING + 1
const CODE = FLAGS + 1
const WIDTH = CODE + 1
const REINSTATABLE = 1
/** A code is 1 to 64 bytes of ASCII. It takes as many rows of 2 words as it needs, filled up with zeros. */
const MAX_CODE_WORDS = 16
const CODE_ROW_WORDS = 2

/** An asset whose issuer is named by its number. */
export interface NumberedAsset {
  id: bigint
  code: string
  issuer: number
  reinstatable: boolean
  mintHolding: number
}

/** A code as words, of which those beyond the code are 0. */
class CodeWords {
  readonly words = new Uint32Array(MAX_CODE_WORDS)
  readonly #bytes = new Uint8Array(this.words.buffer)

  set(code: string): this {
    this.#bytes.fill(0)
    for (let i = 0; i < code.length; i++) this.#bytes[i] = code.charCodeAt(i)
    return this
  }

  /** The code of this length. */
  text(length: number): string {
    return String.fromCharCode(...this.#bytes.subarray(0, length))
  }
}

/** Number of rows that a code of this length takes. */
function codeRows(length: number): number {
  return Math.ceil(length / (4 * CODE_ROW_WORDS))
}

/** Assets by number, id and code: 48 bytes each and 8 to 64 for the code, and 16 to 32 in the indexes. */
export class AssetTable {
  readonly #seed: number
  readonly #rows: KeyedRows
  readonly #codes = new Rows(CODE_ROW_WORDS)
  readonly #byCode: RowIndex
  readonly #code = new CodeWords()
  readonly #stored = new CodeWords()
  readonly #hasCode = (row: number) => {
    this.#readCode(row)
    return this.#stored.words.every((word, i) => word === this.#code.words[i])
  }

  constructor(seed: number) {
    this.#seed = seed | 0
    this.#rows = new KeyedRows(WIDTH, seed)
    this.#byCode = new RowIndex((row) => {
      this.#readCode(row)
      return this.#hashOf(this.#stored)
    })
  }

  get size(): number {
    return this.#rows.size
  }

  /** Number of an asset; -1 if there is none. */
  find(id: bigint): number {
    return this.#rows.find(id)
  }

  /** Number of the asset with a code; -1 if there is none. */
  findCode(code: string): number {
    return this.#byCode.find(this.#hashOf(this.#code.set(code)), this.#hasCode)
  }

  idAt(row: number): bigint {
    return this.#rows.field(row, 0)
  }

  at(row: number): NumberedAsset {
    return {
      id: this.idAt(row),
      code: this.#readCode(row),
      issuer: this.#rows.word(row, SPONSOR),
      reinstatable: (this.#rows.word(row, FLAGS) & REINSTATABLE) !== 0,
      mintHolding: this.#rows.word(row, MINT_HOLDING),
    }
  }

  /** @throws Error if an asset has this id or code */
  insert({ id, code, issuer, reinstatable, mintHolding }: NumberedAsset): void {
    if (this.find(id) >= 0 || this.findCode(code) >= 0)
      throw new Error(`an asset with the id or code of ${code} exists`)
    const row = this.#rows.insert(id)
    this.#rows.setWord(row, SPONSOR, issuer)
    this.#rows.setWord(row, MINT_HOLDING, mintHolding)
    this.#rows.setWord(row, FLAGS, (reinstatable ? REINSTATABLE : 0) | (code.length << 1))
    this.#rows.setWord(row, CODE, this.#codes.size)
    for (let i = 0; i < codeRows(code.length); i++) {
      const at = this.#codes.add()
      for (let word = 0; word < CODE_ROW_WORDS; word++)
        this.#codes.setWord(at, word, this.#code.words[CODE_ROW_WORDS * i + word]!)
    }
    this.#byCode.add(row)
  }

  /** Reads the code of an asset into `#stored`. */
  #readCode(row: number): string {
    const length = this.#rows.word(row, FLAGS) >>> 1
    const first = this.#rows.word(row, CODE)
    this.#stored.words.fill(0)
    for (let i = 0; i < codeRows(length); i++) {
      for (let word = 0; word < CODE_ROW_WORDS; word++)
        this.#stored.words[CODE_ROW_WORDS * i + word] = this.#codes.word(first + i, word)
    }
    return this.#stored.text(length)
  }

  #hashOf({ words }: CodeWords): number {
    return hashWords(words, 0, MAX_CODE_WORDS, this.#seed)
  }
}
