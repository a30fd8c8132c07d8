import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { COMMENT, COMPLETE } from '../../../../src/api/http/event-text.ts'
import { BATCH_CHARACTERS, EventWriter, type Hold } from '../../../../src/api/http/event-writer.ts'

/** A response whose client reads when `read` is called. */
function world(highWaterMark = 2 ** 20, hold: Hold = () => () => {}) {
  const response = new PassThrough({ highWaterMark })
  const writes: string[] = []
  const write = response.write.bind(response)
  vi.spyOn(response, 'write').mockImplementation(((text: string) => {
    writes.push(text)
    return write(text)
  }) as never)
  return { response, writes, writer: new EventWriter(response as unknown as ServerResponse, hold) }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a writer of events', () => {
  it('writes those that are ready together at once, and the next ones when they come', async () => {
    const { writes, writer } = world()
    let come = () => {}
    const later = new Promise<void>((resolve) => {
      come = resolve
    })
    const texts = async function* () {
      for (const text of ['a', 'b', 'c']) yield text
      await later
      yield 'd'
    }
    const written = writer.writeAll(texts())
    await turn()
    await turn()
    expect(writes).toEqual([COMMENT, 'abc'])
    come()
    await written
    expect(writes).toEqual([COMMENT, 'abc', `d${COMPLETE}`])
  })

  it('takes no more than a batch ahead of a client that does not read', async () => {
    const { response, writes, writer } = world(1_024)
    let taken = 0
    const texts = async function* () {
      for (; taken < 40; taken++) yield 'x'.repeat(BATCH_CHARACTERS / 4)
    }
    const written = writer.writeAll(texts())
    for (let i = 0; i < 20; i++) await turn()
    expect(taken).toBeLessThanOrEqual(4)
    expect(writes).toHaveLength(2)
    response.resume()
    await written
    expect(taken).toBe(40)
    expect(response.writableEnded).toBe(true)
  })

  it('writes what came while the client had no room as soon as it has, though nothing comes after it', async () => {
    const { response, writes, writer } = world(1)
    const texts = async function* () {
      yield 'a'
      await turn()
      await turn()
      yield 'b'
      await new Promise(() => {})
    }
    void writer.writeAll(texts())
    for (let i = 0; i < 5; i++) await turn()
    expect(writes).toEqual([COMMENT, 'a'])
    response.resume()
    for (let i = 0; i < 5; i++) await turn()
    expect(writes).toEqual([COMMENT, 'a', 'b'])
  })

  it('ends with all texts, however late the client reads', async () => {
    const { response, writes, writer } = world(1)
    const texts = async function* () {
      yield 'a'
      await turn()
      await turn()
      yield 'b'
    }
    const written = writer.writeAll(texts())
    for (let i = 0; i < 5; i++) await turn()
    expect(writes).toEqual([COMMENT, 'a'])
    response.resume()
    await written
    expect(writes.join('')).toBe(`${COMMENT}ab${COMPLETE}`)
  })

  it('stops when the client is gone', async () => {
    const { response, writer } = world(1_024)
    const texts = async function* () {
      for (;;) yield 'x'.repeat(BATCH_CHARACTERS)
    }
    const written = writer.writeAll(texts())
    await turn()
    response.destroy()
    await written
  })
})

it('counts what a client has no room for until it has, and cuts off who has too much waiting', async () => {
  let waiting = 0
  let isFull = false
  const { response, writer } = world(1, (bytes) => {
    if (isFull) return undefined
    waiting += bytes
    return () => {
      waiting -= bytes
    }
  })
  const texts = async function* () {
    for (let i = 0; i < 9; i++) yield 'x'.repeat(BATCH_CHARACTERS)
  }
  const written = writer.writeAll(texts())
  await turn()
  await turn()
  expect(waiting).toBeGreaterThanOrEqual(BATCH_CHARACTERS)
  isFull = true
  response.read()
  await vi.waitUntil(() => response.destroyed)
  await written
  expect(waiting).toBe(0)
})
