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
    expect([handled, socket.isPaused(), wire.throttled]).toEqual([1, true, 0])
    while (wire.throttled === 0) vi.advanceTimersByTime(1)
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

test('a peer that sends much has its turn and then waits for others, and is not read while anything is left', () => {
  vi.useFakeTimers()
  let now = 0
  const parts = { limits: LIMITS, traffic: { ...TRAFFIC }, clock: { ...systemClock, elapsed: () => now } }
  const handled: string[] = []
  const [frame] = framesOf(encodePeerMessage({ type: 'list' }, LIMITS), 'urgent')
  const sockets = ['flood', 'vote'].map((name) => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const onMessage = () => {
      handled.push(name)
      now += 1
    }
    new Connection(name, socket, { ...parts, budget: new Budget(0) }, { onMessage, onClose() {} })
    return socket
  })
  sockets[0]!.emit('data', Buffer.concat(Array.from({ length: 100 }, () => frame!)))
  expect([handled.length, sockets[0]!.isPaused()]).toEqual([5, true])
  sockets[1]!.emit('data', frame)
  expect(handled[5]).toBe('vote')
  for (let turn = 2; turn <= 20; turn++) {
    vi.advanceTimersToNextTimer()
    expect([handled.length - 1, sockets[0]!.isPaused()]).toEqual([turn * 5, true])
  }
  vi.advanceTimersToNextTimer()
  expect([handled.length - 1, sockets[0]!.isPaused()]).toEqual([100, false])
  vi.useRealTimers()
  for (const socket of sockets) socket.destroy()
})

test('a peer that is overdrawn by so little that it is balanced a moment later is not read before all that it sent is handled', () => {
  vi.useFakeTimers()
  // Each look at the clock takes long enough to balance one message.
  let now = 0
  const elapsed = () => {
    now += 0.6
    return now
  }
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  let handled = 0
  const onMessage = () => {
    handled += 1
  }
  const parts = { limits: LIMITS, traffic: { ...TRAFFIC }, clock: { ...systemClock, elapsed } }
  const budget = new Budget(0)
  budget.charge({ messages: RATES.messages.burst }, 0)
  new Connection('aa', socket, { ...parts, budget }, { onMessage, onClose() {} })
  const [frame] = framesOf(encodePeerMessage({ type: 'list' }, LIMITS), 'urgent')
  const chunk = Buffer.concat(Array.from({ length: 1_000 }, () => frame!))
  for (let sent = 0; sent < 10; vi.advanceTimersByTime(1_000)) {
    if (socket.isPaused()) continue
    expect(handled).toBe(sent * 1_000)
    socket.emit('data', chunk)
    sent += 1
  }
  vi.useRealTimers()
  socket.destroy()
})

test('the time that it takes to read frames is charged to the peer, whether they complete a message or not', () => {
  vi.useFakeTimers()
  let now = 0
  const clock = { ...systemClock, elapsed: () => now }
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const budget = new Budget(0)
  const parts = { limits: LIMITS, traffic: { ...TRAFFIC }, clock, budget }
  new Connection('aa', socket, parts, { onMessage() {}, onClose() {} })
  const push = vi.spyOn(FrameReader.prototype, 'push').mockImplementation(function (this: FrameReader) {
    now += 1_500
    return this
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
