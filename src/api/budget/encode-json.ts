import { tooLarge, type Work } from './work.ts'

/** Characters that are collected before they are counted and the event loop may turn. */
const PIECE_CHARACTERS = 64 * 1024

/**
 * JSON of a large value, written piece by piece: other requests have their turns in between, and it ends as soon as the text is too large.
 * @throws GraphQLError RESPONSE_TOO_LARGE
 */
export async function encodeJson(value: unknown, work: Work): Promise<string> {
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  for (const text of texts(value)) {
    piece += text
    if (piece.length < PIECE_CHARACTERS) continue
    bytes += Buffer.byteLength(piece)
    pieces.push(piece)
    piece = ''
    if (bytes > work.maxBytes) throw tooLarge(work.maxBytes)
    await work.pause()
  }
  if (bytes + Buffer.byteLength(piece) > work.maxBytes) throw tooLarge(work.maxBytes)
  pieces.push(piece)
  return pieces.join('')
}

/** The pieces of the text. Objects without objects inside are one piece each. */
function* texts(value: unknown): Generator<string> {
  if (!isNested(value)) {
    yield JSON.stringify(value) ?? 'null'
  } else if (Array.isArray(value)) {
    let before = '['
    for (const item of value) {
      yield before
      yield* texts(item)
      before = ','
    }
    yield before === '[' ? '[]' : ']'
  } else {
    let before = '{'
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue
      yield `${before}${JSON.stringify(name)}:`
      yield* texts(item)
      before = ','
    }
    yield before === '{' ? '{}' : '}'
  }
}

/** True for an array or an object with arrays or objects inside. */
function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value)
  return items.some((item) => typeof item === 'object' && item !== null)
}
