import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytesToHex } from '../../../../src/codec/bytes.ts'
import { actionId } from '../../../../src/ledger/action-codec.ts'
import type { CarriedAction, PeerMessage } from '../../../../src/network/peer-messages.ts'
import type { Passed } from '../../../../src/node/intake/submissions.ts'
import { ActionStore } from '../../../../src/node/peers/action-store.ts'
import { Gossip } from '../../../../src/node/peers/gossip.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { people, transfer } from '../../../support/mempool/pool-world.ts'

const [, ann, bob] = people.map(({ account }) => account) as [bigint, bigint, bigint]
const actions: CarriedAction[] = [0n, 1n, 2n].map((fromStart) => {
  const { bytes } = transfer({ from: ann, to: bob, fromStart })
  return { bytes, note: undefined }
})
const ids = actions.map(({ bytes }) => bytesToHex(actionId(bytes)))

let connected: string[]
let asked: { peer: string; ids: readonly string[] }[]
let passed: CarriedAction[]
let answer: (count: number) => Promise<Passed[]>
let full: Set<string>
/** Peers to which much is queued. */
let busy: Set<string>
let named: { peer: string; count: number }[]
let waiting: { bytes: Uint8Array }[]
let punished: string[]
let listed: string[]
let store: ActionStore
let gossip: Gossip

beforeEach(() => {
  vi.useFakeTimers()
  connected = []
  asked = []
  passed = []
  full = new Set()
  busy = new Set()
  named = []
  waiting = []
  punished = []
  listed = []
  store = new ActionStore({ entries: 30_000, bytes: 100_000 })
  answer = async (count) => Array.from({ length: count }, () => 'ADMITTED')
  gossip = new Gossip({
    clock: systemClock,
    store,
    waiting: () => waiting,
    peers: () => connected,
    send: (peer, message: PeerMessage) => {
      if (full.has(peer)) return false
      if (message.type === 'want') asked.push({ peer, ids: message.ids })
      if (message.type === 'have') named.push({ peer, count: message.ids.length })
      if (message.type === 'list') listed.push(peer)
      return true
    },
    isBusy: (peer) => busy.has(peer),
    pass: (offered) => {
      passed.push(...offered)
      return answer(offered.length)
    },
    refused: () => undefined,
    punish: (peer) => punished.push(peer),
    onFatal: (error) => {
      throw error
    },
  })
  for (const peer of ['p', 'q', 'r']) connect(peer)
})
afterEach(() => {
  gossip.stop()
  vi.useRealTimers()
})
const connect = (peer: string) => {
  connected.push(peer)
  gossip.connected(peer)
}
const disconnect = (peer: string) => {
  connected = connected.filter((other) => other !== peer)
  gossip.disconnected(peer)
}

describe('gossip', () => {
  test('asks the next peer that has an action at once when the asked one disconnects', () => {
    gossip.have('p', ids)
    gossip.have('q', ids.slice(0, 2))
    gossip.have('r', ids)
    expect(asked).toEqual([{ peer: 'p', ids }])
    disconnect('p')
    expect(asked.slice(1)).toEqual([
      { peer: 'q', ids: ids.slice(0, 2) },
      { peer: 'r', ids: ids.slice(2) },
    ])
    disconnect('q')
    expect(asked.slice(3)).toEqual([{ peer: 'r', ids: ids.slice(0, 2) }])
  })

  test('asks again once a peer announces the action anew, the same peer on a new connection included', () => {
    gossip.have('p', ids)
    disconnect('p')
    expect(asked).toHaveLength(1)
    connect('p')
    gossip.have('p', ids)
    expect(asked.slice(1)).toEqual([{ peer: 'p', ids }])
  })

  test('does not ask a peer that announced an action and then disconnected', () => {
    gossip.have('p', ids)
    gossip.have('q', ids)
    disconnect('q')
    disconnect('p')
    expect(asked).toEqual([{ peer: 'p', ids }])
  })

  test('skips a peer whose send buffer is full', () => {
    full.add('p')
    gossip.have('p', ids)
    expect(asked).toEqual([])
    full.add('q')
    full.delete('p')
    gossip.have('p', ids)
    gossip.have('q', ids)
    gossip.have('r', ids)
    disconnect('p')
    expect(asked.slice(1)).toEqual([{ peer: 'r', ids }])
  })

  test('gives a silent peer two seconds, however often it announces the same actions', async () => {
    gossip.have('p', ids)
    for (let i = 0; i < 10; i++) gossip.have('p', ids)
    gossip.have('q', ids)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(asked.slice(1)).toEqual([{ peer: 'q', ids }])
  })

  test('neither asks for nor offers again what arrived and waits for the pool', async () => {
    let decide = () => {}
    answer = (count) =>
      new Promise((resolve) => {
        decide = () => resolve(Array.from({ length: count }, () => 'ADMITTED'))
      })
    gossip.have('p', ids)
    gossip.have('q', ids)
    gossip.received('p', actions)
    disconnect('p')
    await vi.advanceTimersByTimeAsync(5_000)
    gossip.received('q', actions)
    expect(asked).toEqual([{ peer: 'p', ids }])
    expect(passed).toEqual(actions.map((action, i) => ({ ...action, id: ids[i] })))
    decide()
    await vi.advanceTimersByTimeAsync(0)
    gossip.received('q', actions)
    expect(passed).toHaveLength(3)
  })
})

test('asks the only peer that has an action again, ever more rarely, and takes its late answer', async () => {
  gossip.have('p', ids)
  await vi.advanceTimersByTimeAsync(7_500)
  expect(asked).toEqual([1, 2, 3].map(() => ({ peer: 'p', ids })))
  gossip.received('p', actions.slice(0, 1))
  expect(passed).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.slice(3)).toEqual([{ peer: 'p', ids: ids.slice(1) }])
  gossip.received('p', actions.slice(1))
  expect(passed).toHaveLength(1)
})

test('asks the next peer for an action that came with a bad note, and does not hold the note against the action', async () => {
  gossip.have('p', ids.slice(0, 1))
  gossip.have('q', ids.slice(0, 1))
  answer = async () => ['BAD_NOTE']
  gossip.received('p', actions.slice(0, 1))
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.slice(1)).toEqual([{ peer: 'q', ids: ids.slice(0, 1) }])
  answer = async () => ['ADMITTED']
  gossip.received('q', actions.slice(0, 1))
  await vi.advanceTimersByTimeAsync(0)
  expect(passed).toHaveLength(2)
})

test('an action that enters the pool while its bad note is judged does no harm', async () => {
  const { bytes, action, hash } = transfer({ from: ann, to: bob, fromStart: 0n })
  gossip.have('p', ids.slice(0, 1))
  answer = async () => {
    gossip.admitted({ bytes, note: undefined, action, hash })
    return ['BAD_NOTE']
  }
  gossip.received('p', actions.slice(0, 1))
  await vi.advanceTimersByTimeAsync(0)
  expect(passed).toHaveLength(1)
  expect(asked).toHaveLength(1)
})

/** Ids of actions that nobody has. */
const made = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(64, '0'))

describe('a peer', () => {
  test('is offered to the pool only with what was requested from it, and with each action once', async () => {
    gossip.have('p', ids)
    gossip.received('q', actions)
    expect(passed).toEqual([])
    gossip.received('p', [actions[0]!, actions[0]!, ...actions])
    expect(passed).toHaveLength(3)
  })

  test('is asked for its share of all requests and not for more, and no other peer’s share is touched', () => {
    gossip.have('p', made(5_000))
    gossip.have('q', made(1_000, 9_000))
    const count = (peer: string) =>
      asked.filter((each) => each.peer === peer).reduce((sum, each) => sum + each.ids.length, 0)
    expect([count('p'), count('q')]).toEqual([341, 341])
  })

  test('that announces more than is kept is asked to announce again once half of that is decided', async () => {
    answer = async (count) => Array.from({ length: count }, () => 'REJECTED')
    gossip.have('p', made(30_000))
    expect(listed).toEqual([])
    // 341 are given up every 30 s: nobody else has them.
    for (let i = 0; listed.length === 0 && i < 40; i++) await vi.advanceTimersByTimeAsync(31_000)
    expect(listed).toEqual(['p'])
  })

  test('gets a full pool in messages that follow each other, none while much is queued to it', async () => {
    waiting = Array.from({ length: 4_500 }, (_, i) => ({ bytes: new Uint8Array([i >> 8, i & 255, 7]) }))
    for (const { bytes } of waiting) store.add({ bytes, note: undefined })
    busy.add('s')
    connect('s')
    await vi.advanceTimersByTimeAsync(100)
    expect(named).toEqual([])
    busy.clear()
    await vi.advanceTimersByTimeAsync(10)
    expect(named).toEqual([{ peer: 's', count: 2_000 }])
    await vi.advanceTimersByTimeAsync(100)
    expect(named.map(({ count }) => count)).toEqual([2_000, 2_000, 500])
  })

  test('may ask for a list every ten seconds', async () => {
    waiting = actions
    for (const action of actions) store.add(action)
    gossip.list('p')
    await vi.advanceTimersByTimeAsync(50)
    const first = named.length
    expect(first).toBe(0)
    await vi.advanceTimersByTimeAsync(10_000)
    gossip.list('p')
    gossip.list('p')
    await vi.advanceTimersByTimeAsync(50)
    expect(named).toEqual([{ peer: 'p', count: 3 }])
  })
})
