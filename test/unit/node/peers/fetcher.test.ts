import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Proposal } from '../../../../src/consensus/types.ts'
import type { PeerMessage } from '../../../../src/network/peer-messages.ts'
import { Fetcher } from '../../../../src/node/peers/fetcher.ts'
import { systemClock } from '../../../../src/process/clock.ts'

/** What a leader proposed; the fetcher does not look into it. */
const proposed = {} as Proposal
let connected: string[]
let asked: { peer: string; hash: string }[]
let fetcher: Fetcher

beforeEach(() => {
  vi.useFakeTimers()
  connected = ['p', 'q', 'r']
  asked = []
  fetcher = new Fetcher({
    clock: systemClock,
    peers: () => connected,
    send: (peer, message: PeerMessage) => {
      if (message.type === 'get-block') asked.push({ peer, hash: message.hash })
      return true
    },
  })
})
afterEach(() => {
  fetcher.stop()
  vi.useRealTimers()
})
const disconnect = (peer: string) => {
  connected = connected.filter((other) => other !== peer)
  fetcher.disconnected(peer)
}

test('asks another peer at once for the blocks requested from a peer that disconnects, and for no others', () => {
  for (const hash of ['a', 'b', 'c', 'd']) fetcher.fetch({ hash: hash })
  const [gone] = asked.map(({ peer }) => peer)
  const lost = asked.filter(({ peer }) => peer === gone).map(({ hash }) => hash)
  expect(lost).toEqual(['a', 'd'])
  disconnect(gone!)
  const again = asked.slice(4)
  expect(again.map(({ hash }) => hash)).toEqual(lost)
  for (const { peer } of again) expect(connected).toContain(peer)
})

test('goes from peer to peer until the block arrives, then asks no more', async () => {
  fetcher.fetch({ hash: 'a' })
  await vi.advanceTimersByTimeAsync(1_500)
  await vi.advanceTimersByTimeAsync(1_500)
  expect(new Set(asked.map(({ peer }) => peer))).toEqual(new Set(['p', 'q', 'r']))
  expect(fetcher.done('a')).toMatchObject({ proposed: undefined })
  expect(fetcher.done('a')).toBeUndefined()
  await vi.advanceTimersByTimeAsync(10_000)
  for (const peer of ['p', 'q', 'r']) disconnect(peer)
  expect(asked).toHaveLength(3)
})

test('asks again when the only peer has connected anew, and does not give up for that', async () => {
  connected = ['p']
  fetcher.fetch({ hash: 'a' })
  for (let i = 0; i < 5; i++) {
    disconnect('p')
    connected = ['p']
  }
  const before = asked.length
  await vi.advanceTimersByTimeAsync(1_500)
  expect(asked.slice(before)).toEqual([{ peer: 'p', hash: 'a' }])
  expect(fetcher.done('a')).toMatchObject({ proposed: undefined })
})

test('asks a named peer first, and a block that consensus needs stays certified', () => {
  fetcher.fetch({ hash: 'a', proposed }, 'r')
  expect(asked).toEqual([{ peer: 'r', hash: 'a' }])
  fetcher.fetch({ hash: 'a' })
  fetcher.fetch({ hash: 'a', proposed })
  expect(fetcher.done('a')).toMatchObject({ proposed: undefined })
})

test('proposals cannot displace blocks that consensus needs', () => {
  fetcher.fetch({ hash: 'needed' })
  for (let i = 0; i < 1_000; i++) fetcher.fetch({ hash: `proposed ${i}`, proposed })
  expect(fetcher.done('needed')).toMatchObject({ proposed: undefined })
  const left = Array.from({ length: 1_000 }, (_, i) => fetcher.done(`proposed ${i}`)).filter(Boolean)
  expect(left).toHaveLength(255)
})

test('once stopped, closing connections start nothing', () => {
  fetcher.fetch({ hash: 'a' })
  fetcher.stop()
  for (const peer of ['p', 'q', 'r']) disconnect(peer)
  expect(asked).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('waits without giving up while no peer is connected, and asks the first that connects', async () => {
  connected = []
  fetcher.fetch({ hash: 'a', proposed })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([])
  connected = ['p']
  fetcher.connected()
  expect(asked).toEqual([{ peer: 'p', hash: 'a' }])
})

test('knows which peers a block was requested from', async () => {
  fetcher.fetch({ hash: 'a' }, 'p')
  await vi.advanceTimersByTimeAsync(1_500)
  const others = ['q', 'r'].filter((peer) => fetcher.isAsked(peer, 'a'))
  expect(others).toHaveLength(1)
  expect(fetcher.isAsked('p', 'a')).toBe(true)
  expect(fetcher.isAsked('p', 'b')).toBe(false)
  fetcher.done('a')
  expect(fetcher.isAsked('p', 'a')).toBe(false)
})
