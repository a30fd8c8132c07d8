import { Duplex } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { DecodeError } from '../../../src/codec/error.ts'
import { Budget, RATES } from '../../../src/network/budget.ts'
import { Connection } from '../../../src/network/connection.ts'
import { FrameReader, framesOf } from '../../../src/network/frames.ts'
import { encodePeerMessage, type PeerMessage } from '../../../src/network/peer-messages.ts'
import { systemClock } from '../../../src/process/clock.ts'

const LIMITS = { validators: 4, maxBodyBytes: 100_000, maxRecords: 100 }
const TRAFFIC = {
  sentBytes: 0,
  receivedBytes: 0,
  sentMessages: 0,
  receivedMessages: 0,
  droppedBulk: 0,
  throttled: 0,
}

test.each([
  ['one of decoding', new DecodeError('MALFORMED', 'no list'), /^no list$/],
  ['any other', new TypeError('bytes is undefined'), /^TypeError: bytes is undefined\n +at /],
])(
  'an error while a message is handled, %s, drops the peer and leaves the handler',
  async (_, error, why) => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const closed = new Promise<unknown[]>((resolve) => {
      new Connection(
        'aa',
        socket,
        { limits: LIMITS, traffic: { ...TRAFFIC }, clock: systemClock, budget: new Budget(0) },
        {
          onMessage() {
            throw error
          },
          onClose: (...reason) => resolve(reason),
        },
      )
    })
    const [frame] = framesOf(
      encodePeerMessage({ type: 'get-block', hash: 'ab'.repeat(32) }, LIMITS),
      'urgent',
    )
    socket.push(frame)
    expect(await closed).toEqual(['bad-message', expect.stringMatching(why)])
  },
)

const QUESTIONS: PeerMessage[] = [
  { type: 'list' },
  { type: 'consensus', message: { type: 'ask', from: 1, to: 9 } },
]

test.each(QUESTIONS)(
  'a peer that costs too much is not read until its budget is balanced, in the middle of a chunk too: $type',
  (question) => {
    vi.useFakeTimers()
    let now = 0
    const clock = { ...systemClock, elapsed: () => now }
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const wire = { ...TRAFFIC }
    let handled = 0
    new Connection(
      'aa',
      socket,
      { limits: LIMITS, traffic: wire, clock, budget: new Budget(0) },
      {
        onMessage() {
          handled += 1
          now += 100
        },
        onClose() {},
      },
    )
    const [frame] = framesOf(encodePeerMessage(question, LIMITS), 'urgent')
    socket.emit('data', Buffer.concat(Array.from({ length: 100 }, () => frame!)))
    // 1,000 ms at once, and 20 more in each of the 100 ms that a message takes here.
    const { burst, perSecond } = RATES.cpuMs
    expect(handled).toBe(Math.ceil((burst + 1) / (100 - perSecond / 10)))
    expect([socket.isPaused(), wire.throttled]).toEqual([true, 1])
    now += 1_000
    vi.advanceTimersByTime(1_000)
    expect(handled).toBeLessThan(20)
    expect(socket.isPaused()).toBe(true)
    vi.useRealTimers()
    socket.destroy()
  },
)

test('the time that it takes to read frames is charged to the peer, whether they complete a message or not', () => {
  vi.useFakeTimers()
  let now = 0
  const clock = { ...systemClock, elapsed: () => now }
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const budget = new Budget(0)
  const parts = { limits: LIMITS, traffic: { ...TRAFFIC }, clock, budget }
  new Connection('aa', socket, parts, { onMessage() {}, onClose() {} })
  const push = vi.spyOn(FrameReader.prototype, 'push').mockImplementation(() => {
    now += 1_500
    return []
  })
  socket.emit('data', Buffer.from([0]))
  expect([socket.isPaused(), budget.waitMs(now)]).toEqual([true, 2_500])
  push.mockRestore()
  vi.useRealTimers()
  socket.destroy()
})

test('a frame that is neither full nor the last of its message ends the connection', async () => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const parts = { limits: LIMITS, traffic: { ...TRAFFIC }, clock: systemClock, budget: new Budget(0) }
  const closed = new Promise<unknown[]>((resolve) => {
    new Connection('aa', socket, parts, { onMessage() {}, onClose: (...reason) => resolve(reason) })
  })
  socket.push(Buffer.from([0, 1, 0, 0]))
  expect(await closed).toEqual(['bad-message', 'not a frame'])
})
