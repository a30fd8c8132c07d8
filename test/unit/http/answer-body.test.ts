import { describe, expect, it } from 'vitest'
import { linesOf, refusalIn, wholeBody, wholeJson, wholeText } from '../../../src/http/answer-body.ts'
import { Gathered } from '../../../src/http/gathered.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
type Bytes = Uint8Array<ArrayBuffer>
/** An answer that comes in these chunks, and what was taken of it. */
function answerOf(chunks: Bytes[]) {
  const left = [...chunks]
  let isCanceled = false
  const body = new ReadableStream<Bytes>(
    {
      pull(controller) {
        const chunk = left.shift()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
      cancel() {
        isCanceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, taken: () => [chunks.length - left.length, isCanceled] }
}

describe('the body of an answer', () => {
  it('is read whole up to a bound, and no further', async () => {
    const chunks = ['ab', 'c', 'de'].map(bytes)
    expect(await wholeText(answerOf(chunks), 5)).toBe('abcde')
    const longer = answerOf(chunks)
    expect(await wholeBody(longer, 2)).toBeUndefined()
    expect(longer.taken()).toEqual([2, true])
    expect(await wholeBody({ body: null }, 2)).toEqual(new Uint8Array(0))
  })

  it('may be no JSON, and no refusal', async () => {
    expect(await wholeJson(answerOf([bytes('[1]')]), 3)).toEqual([1])
    expect(await wholeJson(answerOf([bytes('[1]')]), 2)).toBeUndefined()
    expect(await wholeJson(answerOf([bytes('[1')]), 9)).toBeUndefined()
    const said = { code: 'POOL_FULL', message: 'later', more: 1 }
    expect(await refusalIn(answerOf([bytes(JSON.stringify(said))]))).toEqual({
      code: 'POOL_FULL',
      message: 'later',
    })
    for (const other of ['{"code":7,"message":["x"]}', 'null', '<html>'])
      expect(await refusalIn(answerOf([bytes(other)])), other).toEqual({})
  })
})

describe('bytes that come in chunks', () => {
  it('are put together, however small the chunks are, and are no more than may come', () => {
    const gathered = new Gathered(10_000)
    const sent = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251)
    for (let at = 0; at < sent.length; at++) expect(gathered.add(sent.subarray(at, at + 1))).toBe(true)
    expect(gathered.add(bytes('x'))).toBe(false)
    expect(gathered.size).toBe(10_000)
    expect(gathered.take()).toEqual(sent)
    expect([gathered.size, gathered.take().length]).toEqual([0, 0])
  })

  it('take at most twice their memory', () => {
    for (const count of [1_500, 3_000, 70_000]) {
      const gathered = new Gathered(1_000_000)
      for (let i = 0; i < count; i++) gathered.add(bytes('x'))
      expect(gathered.take().buffer.byteLength).toBeLessThanOrEqual(2 * count)
    }
  })
})

describe('the lines of an answer', () => {
  const tooLong = () => new Error('too long')
  async function lines(chunks: string[], maxBytes: number): Promise<string[]> {
    async function* body() {
      for (const chunk of chunks) yield bytes(chunk)
    }
    const found: string[] = []
    for await (const group of linesOf(body(), maxBytes, tooLong)) found.push(...group)
    return found
  }

  it('are whole, wherever the chunks end; one that was cut is left out', async () => {
    const text = 'one\n\ntwö three\nfour'
    const whole = ['one', '', 'twö three']
    for (let at = 0; at <= text.length; at++)
      expect(await lines([text.slice(0, at), text.slice(at)], 12)).toEqual(whole)
    expect(await lines([...text], 12)).toEqual(whole)
  })

  it.each([[['12345678\n']], [['1234', '5678\n']], [['1234', '5678']], [['1\n', '12345678\n']]])(
    'have no more bytes than they may: %j',
    async (chunks) => {
      await expect(lines(chunks, 7)).rejects.toThrow('too long')
      expect((await lines(chunks, 8)).length).toBeLessThanOrEqual(2)
    },
  )
})
