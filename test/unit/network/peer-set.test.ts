import { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { FrameReader, framesOf } from '../../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  type PeerMessage,
} from '../../../src/network/peer-messages.ts'
import { PeerSet } from '../../../src/network/peer-set.ts'
import type { ListenHandlers } from '../../../src/network/transport.ts'
import { systemClock } from '../../../src/process/clock.ts'
import { openLog } from '../../../src/telemetry/log.ts'

const LIMITS = { validators: 4, maxBodyBytes: 100_000, maxRecords: 100 }
const PEERS = [
  { name: 'validator', key: 'aa'.repeat(32), validator: 1 },
  { name: 'observer', key: 'bb'.repeat(32), validator: undefined },
]
const CHAIN = 7n

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A node that listens for these peers, and a way to connect as one of them. */
async function node() {
  let handlers: ListenHandlers | undefined
  const received: PeerMessage[] = []
  const set = new PeerSet({
    transportKey: new Uint8Array(32).fill(1),
    transport: {
      listen: async (_, given) => {
        handlers = given
        return { port: 1, stop: async () => {} }
      },
      dial: () => Promise.reject(new Error('nobody is dialed')),
    },
    listen: { host: '127.0.0.1', port: 1 },
    peers: PEERS.map((peer) => ({ ...peer, address: undefined })),
    limits: LIMITS,
    chainId: CHAIN,
    software: 'test',
    witnesses: 2,
    log: openLog('node', 'silent'),
    clock: { ...systemClock, now: () => 1_000_000, elapsed: () => 0 },
    status: () => null,
    onConnected: () => {},
    onDisconnected: () => {},
    onMessage: (_link, message) => received.push(message),
    onDuplicate: () => {},
  })
  await set.start()
  return { set, received, connect: (at: number) => connect(handlers!, PEERS[at]!.key) }
}

/** A peer's side of a connection: it has said hello, as a process of its own. */
function connect(handlers: ListenHandlers, key: string) {
  const heard: PeerMessage[] = []
  const reader = new FrameReader(laneCaps(LIMITS))
  const wire = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      for (const { message } of reader.push(chunk)) heard.push(decodePeerMessage(message, LIMITS))
      done()
    },
  })
  const say = (message: PeerMessage) => {
    for (const frame of framesOf(encodePeerMessage(message, LIMITS), laneOf(message.type)))
      wire.emit('data', frame)
  }
  handlers.onPeer(wire, key)
  const instance = bytesToHex(systemClock.randomBytes(16))
  const own = { version: 1, chainId: CHAIN, instance, clockMs: 0, software: 'peer', status: null }
  say({ type: 'hello', ...own })
  /** Answers the pings that have come, with this clock. */
  const pong = (clockMs: number) => {
    for (const message of heard)
      if (message.type === 'ping') say({ type: 'pong', sentMs: message.clockMs, clockMs })
  }
  const duplicates = () => heard.filter(({ type }) => type === 'duplicate').length
  return { wire, say, pong, duplicates }
}

test('takes the time from validators, and not from observers', async () => {
  const { set, connect } = await node()
  const [validator, observer] = [connect(0), connect(1)]
  observer.pong(0)
  expect(set.clock.medianMs).toBe(0)
  validator.pong(1_000_250)
  expect(set.clock.medianMs).toBe(250)
  await set.stop()
})

test('of processes that connect with the key of one that has ended, keeps a single connection', async () => {
  const { set, connect } = await node()
  const [first, second, third] = [connect(0), connect(0), connect(0)]
  first.wire.destroy()
  await vi.advanceTimersByTimeAsync(1_500)
  expect(set.links.length).toBe(1)
  expect([first, second, third].map(({ wire }) => wire.destroyed)).toEqual([true, true, false])
  await set.stop()
})

test('loses nothing that a peer says after a restart while its old connection is probed', async () => {
  const { set, received, connect } = await node()
  connect(0)
  const restarted = connect(0)
  const have: PeerMessage = { type: 'have', ids: ['ab'.repeat(32)] }
  restarted.say(have)
  await vi.advanceTimersByTimeAsync(1_499)
  expect(received).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(received).toEqual([have])
  await set.stop()
})

test('of two processes that both answer after both had connected, tells both', async () => {
  const { set, connect } = await node()
  const [first, second] = [connect(0), connect(0)]
  first.pong(0)
  await vi.advanceTimersByTimeAsync(1_500)
  expect([first, second].map(({ duplicates }) => duplicates())).toEqual([0, 0])
  second.pong(0)
  await vi.advanceTimersByTimeAsync(1_500)
  expect([first, second].map(({ duplicates }) => duplicates())).toEqual([1, 1])
  await vi.advanceTimersByTimeAsync(1_500)
  expect([first, second].map(({ wire }) => wire.destroyed)).toEqual([false, true])
  await set.stop()
})

test('takes no process for a second one whose hello comes after it ended', async () => {
  const { set, connect } = await node()
  const running = connect(0)
  const ended = connect(0)
  running.pong(0)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(running.duplicates()).toBe(0)
  expect([running, ended].map(({ wire }) => wire.destroyed)).toEqual([false, true])
  await set.stop()
})
