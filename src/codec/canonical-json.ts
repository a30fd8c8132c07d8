import canonicalize from 'canonicalize'
import { utf8 } from './bytes.ts'
import { DecodeError } from './error.ts'

/** A JSON value. The project's own formats write integers as decimal strings. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Deepest nesting that any document of this project may have. */
const MAX_DEPTH = 32

/**
 * The canonical text of a JSON value (RFC 8785): sorted keys, no white space, shortest escapes.
 * Properties that are undefined are left out.
 * @throws DecodeError `MALFORMED` on what JSON cannot express (lone surrogates, NaN, bigint, undefined)
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (cause) {
    throw new DecodeError('MALFORMED', `not a JSON value: ${(cause as Error).message}`)
  }
  if (text === undefined) throw new DecodeError('MALFORMED', 'not a JSON value')
  return text
}

/**
 * Parses JSON more strictly than JSON.parse: no duplicate keys in an object, no lone surrogates, nesting at most 32 deep.
 * Parsers disagree on duplicate keys (RFC 8259, section 4), so a signed text must have none.
 * @param maxBytes limit on the text's UTF-8 length
 * @throws DecodeError `TOO_LARGE` or `MALFORMED`
 */
export function parseJson(text: string, maxBytes: number): Json {
  if (text.length > maxBytes || utf8(text).length > maxBytes) {
    throw new DecodeError('TOO_LARGE', `JSON of more than ${maxBytes} bytes`)
  }
  const parser = new Parser(text)
  const value = parser.value(0)
  parser.end()
  return value
}

const BLANKS = /[ \t\n\r]*/y
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Parses objects and arrays itself, and leaves single strings and numbers to JSON.parse. */
class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new DecodeError('TOO_LARGE', `JSON nested over ${MAX_DEPTH} deep`)
    this.#blanks()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      default:
        return JSON.parse(this.#match(SCALAR)) as Json
    }
  }

  end(): void {
    this.#blanks()
    if (this.#at !== this.#text.length) this.#fail()
  }

  #object(depth: number): Json {
    this.#at++
    if (this.#next('}')) return {}
    const entries = new Map<string, Json>()
    do {
      this.#blanks()
      const key = this.#string()
      if (entries.has(key))
        throw new DecodeError('MALFORMED', `JSON has the key ${JSON.stringify(key)} twice`)
      if (!this.#next(':')) this.#fail()
      entries.set(key, this.value(depth + 1))
    } while (this.#next(','))
    if (!this.#next('}')) this.#fail()
    // fromEntries defines properties, so a key "__proto__" is a key like any other.
    return Object.fromEntries(entries)
  }

  #array(depth: number): Json {
    const items: Json[] = []
    this.#at++
    if (this.#next(']')) return items
    do {
      items.push(this.value(depth + 1))
    } while (this.#next(','))
    if (!this.#next(']')) this.#fail()
    return items
  }

  #string(): string {
    const literal = this.#literal()
    let text: string
    try {
      text = JSON.parse(literal) as string
    } catch {
      throw new DecodeError('MALFORMED', `JSON has a malformed string before character ${this.#at}`)
    }
    utf8(text)
    return text
  }

  /** The next string with its quotes. A pattern that repeats a group would need a stack as deep as the string is long, and throw a RangeError. */
  #literal(): string {
    const start = this.#at
    if (this.#text[start] !== '"') return this.#fail()
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) return this.#fail()
    } while (this.#isEscaped(end))
    this.#at = end + 1
    return this.#text.slice(start, this.#at)
  }

  /** Whether an odd number of backslashes is before a character. */
  #isEscaped(at: number): boolean {
    let before = at
    while (this.#text[before - 1] === '\\') before--
    return (at - before) % 2 === 1
  }

  /** Skips white space, then `char` if it comes next; returns whether it did. */
  #next(char: string): boolean {
    this.#blanks()
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  #blanks(): void {
    this.#match(BLANKS)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return this.#fail()
    this.#at = pattern.lastIndex
    return found[0]
  }

  #fail(): never {
    throw new DecodeError('MALFORMED', `JSON is malformed at character ${this.#at}`)
  }
}
