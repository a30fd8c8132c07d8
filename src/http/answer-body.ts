import { Gathered } from './gathered.ts'

/** The body of an answer from a server that may lie. */
type Answer = Pick<Response, 'body'>

/** Reads a body whole. @returns undefined if it has more than `maxBytes` bytes, in which case the rest is not read */
export async function wholeBody(
  answer: Answer,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const gathered = new Gathered(maxBytes)
  for await (const chunk of chunksOf(answer)) if (!gathered.add(chunk)) return undefined
  return gathered.take()
}

/** Reads a body whole, as UTF-8. @returns undefined if it has more than `maxBytes` bytes */
export async function wholeText(answer: Answer, maxBytes: number): Promise<string | undefined> {
  const bytes = await wholeBody(answer, maxBytes)
  return bytes && new TextDecoder().decode(bytes)
}

/** Reads a body whole, as JSON. @returns undefined if it has more than `maxBytes` bytes, or is no JSON */
export async function wholeJson(answer: Answer, maxBytes: number): Promise<unknown> {
  const text = await wholeText(answer, maxBytes)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Bytes of a refusal that are read at most. */
const MAX_REFUSAL_BYTES = 65_536

/** What an endpoint says of why it refuses, as far as it does. */
export async function refusalIn(answer: Answer): Promise<{ code?: string; message?: string }> {
  const said = Object((await wholeJson(answer, MAX_REFUSAL_BYTES).catch(() => undefined)) ?? {})
  return {
    ...(typeof said.code === 'string' ? { code: said.code } : {}),
    ...(typeof said.message === 'string' ? { message: said.message } : {}),
  }
}

/** The chunks of a body as they come; whoever stops taking them ends the connection. Not every browser can iterate over streams. */
export async function* chunksOf({ body }: Answer): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
    reader.releaseLock()
  }
}

const NEWLINE = 0x0a

/**
 * The lines of a body, without their ends, in groups as they come. A last line without an end was cut, and is left out.
 * @param maxBytes of a line
 * @param tooLong makes the error that a longer one is
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLong: () => Error,
): AsyncGenerator<string[]> {
  const begun = new Gathered(maxBytes)
  const decoder = new TextDecoder()
  const lineTo = (end: Uint8Array): string => {
    if (begun.size === 0 && end.length <= maxBytes) return decoder.decode(end)
    if (!begun.add(end)) throw tooLong()
    return decoder.decode(begun.take())
  }
  for await (const chunk of chunks) {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      lines.push(lineTo(chunk.subarray(from, end)))
      from = end + 1
    }
    if (!begun.add(chunk.subarray(from))) throw tooLong()
    if (lines.length > 0) yield lines
  }
}
