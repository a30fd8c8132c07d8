import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { answersTo, TOGETHER_CHARACTERS } from '../../../src/api/live/answers.ts'
import { apart } from '../../../src/api/live/event-answer.ts'
import { inParts, type LiveEvent, MAX_EVENTS } from '../../../src/api/live/follow.ts'
import type { Made } from '../../../src/api/live/shared-answers.ts'

type Pay = (signal: AbortSignal) => boolean | Promise<boolean>

/** The texts that are yielded together when all events come at once; `errors` for an answer with errors. */
async function* groups(made: readonly Made[], pay: Pay = () => true): AsyncGenerator<string[]> {
  const live = {
    answer: (_operation: string, { value }: LiveEvent<number>) => made[value]!,
    forget: () => {},
  }
  const client = { waiting: [], weight: 'light' }
  const services = { clients: { of: () => client }, proxies: new BlockList() }
  const args = { contextValue: { services, live, work: { pay } } }
  const source = (async function* () {
    yield made.map((_, value) => ({ height: 1, value }))
  })()
  const answers = answersTo(source, '', args as never, undefined as never, new AbortController().signal)
  for await (const answer of answers) yield apart(answer)?.map(({ text }) => text) ?? ['errors']
}

const answer = (text: string): Made => ({ text })
const all = async (made: readonly Made[]) => {
  const found: string[][] = []
  for await (const group of groups(made)) found.push(group)
  return found
}

describe('answers to events', () => {
  it('go together if they come together', async () => {
    expect(await all(['a', 'b', 'c'].map(answer))).toEqual([['a', 'b', 'c']])
  })

  it('go together until they are long', async () => {
    const half = 'x'.repeat(TOGETHER_CHARACTERS / 2)
    expect(await all([half, half, half, 'y'].map(answer))).toEqual([
      [half, half],
      [half, 'y'],
    ])
  })

  it('go in order, those with errors alone', async () => {
    const made = [answer('a'), { errors: [], data: null }, answer('b')]
    expect(await all(made)).toEqual([['a'], ['errors'], ['b']])
  })

  it('do not wait until others are paid for', async () => {
    let paid = (_isPaid: boolean) => {}
    let asked = 0
    const pay: Pay = () => {
      asked += 1
      if (asked === 1) return true
      return new Promise((resolve) => {
        paid = resolve
      })
    }
    const found = groups(['a', 'b', 'c', 'd'].map(answer), pay)
    expect((await found.next()).value).toEqual(['a', 'b'])
    const next = found.next()
    await Promise.resolve()
    paid(false)
    expect((await next).done).toBe(true)
  })
})

it('makes further events of a list when they are asked for', () => {
  let made = 0
  const items = Array.from({ length: 2 * MAX_EVENTS + 1 }, (_, i) => i)
  const parts = inParts(items, (value) => {
    made += 1
    return { height: 1, value }
  })
  expect(parts.next().value).toHaveLength(MAX_EVENTS)
  expect(made).toBe(MAX_EVENTS)
  expect([...parts].map(({ length }) => length)).toEqual([MAX_EVENTS, 1])
})
