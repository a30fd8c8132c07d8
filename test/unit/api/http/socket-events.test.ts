import type { ExecutionResult } from 'graphql'
import { expect, it } from 'vitest'
import { type SocketOperation, sendingTexts } from '../../../../src/api/http/socket-events.ts'
import { ANY_CURSOR, EventAnswer, together } from '../../../../src/api/live/event-answer.ts'

const answer = (after: string) =>
  new EventAnswer({ text: `{"data":{"at":{"cursor":"${ANY_CURSOR}"}}}` }, after)

/** A socket that notes what is done with it. `gone`: it is closed. */
function world(gone = false) {
  const done: string[] = []
  const operation = {
    id: 'a"b',
    socket: {
      OPEN: 1,
      readyState: gone ? 3 : 1,
      send(text: string, sent: () => void) {
        done.push(text)
        sent()
      },
    },
    stream: { cork: () => done.push('cork'), uncork: () => done.push('uncork') },
  }
  return { done, operation: operation as unknown as SocketOperation }
}

async function* answers(): AsyncGenerator<ExecutionResult> {
  yield together([answer('x'), answer('y')]) as ExecutionResult
  yield answer('z') as ExecutionResult
  yield { errors: [], data: null }
}

const messageOf = (cursor: string) =>
  `{"id":"a\\"b","type":"next","payload":{"data":{"at":{"cursor":"${cursor}"}}}}`

it('sends answers that come together in one write, and leaves what has errors to graphql-ws', async () => {
  const { done, operation } = world()
  const left = sendingTexts(answers(), operation)
  expect((await left.next()).value).toEqual({ errors: [], data: null })
  expect(done).toEqual([
    ...['cork', messageOf('x'), messageOf('y'), 'uncork'],
    ...['cork', messageOf('z'), 'uncork'],
  ])
  expect((await left.next()).done).toBe(true)
})

it('writes nothing to a socket that is closed', async () => {
  const { done, operation } = world(true)
  for await (const _ of sendingTexts(answers(), operation));
  expect(done).toEqual([])
})
