import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Candidate } from '../../../../src/mempool/entry.ts'
import type { Pool } from '../../../../src/mempool/pool.ts'
import type { Left } from '../../../../src/mempool/waiting.ts'
import { ActionStore, idOf } from '../../../../src/node/peers/action-store.ts'
import { Gossip } from '../../../../src/node/peers/gossip.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { people, transfer, world } from '../../../support/mempool/pool-world.ts'

const [, ann, bob] = people.map(({ account }) => account) as [bigint, bigint, bigint]
const NOTE = 'x'.repeat(4_000)

/** The actions that peers have, by id. */
const made = new Map<string, Candidate>()
let asked: { peer: string; id: string }[]
/** How many actions each peer was charged for. */
let charged: Map<string, number>
let pool: Pool
let finalize: ReturnType<typeof world>['finalize']
let gossip: Gossip

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  charged = new Map()
  const peers = ['m', 'n', 'honest']
  const onLeft = ({ action, status }: Left) => gossip.left(action, status)
  ;({ pool, finalize } = world({ onLeft, onOvertaken: (action) => gossip.overtaken(action) }))
  gossip = new Gossip({
    clock: systemClock,
    store: new ActionStore({ entries: 30_000, bytes: 100_000 }),
    waiting: () => [],
    peers: () => peers,
    send: (peer, message) => {
      if (message.type === 'want') asked.push(...message.ids.map((id) => ({ peer, id })))
      return true
    },
    isBusy: () => false,
    pass: async (actions, peer) =>
      actions.map(({ bytes, note }) => {
        if (note === 'bad') return 'BAD_NOTE'
        const result = pool.admit(made.get(idOf(bytes))!, 'gossip', 1, peer)
        if (result.status === 'ADMITTED') for (const entry of result.entries) gossip.admitted(entry)
        return result.status
      }),
    refused: (peer, count) => charged.set(peer, (charged.get(peer) ?? 0) + count),
    punish: () => undefined,
    onFatal: (error) => {
      throw error
    },
  })
  for (const peer of peers) gossip.connected(peer)
})
afterEach(() => {
  gossip.stop()
  vi.useRealTimers()
})

/** An action that follows others which have not come. */
function ahead(from: bigint, fromStart: bigint, note?: string): Candidate {
  const action = { ...transfer({ from, to: bob, fromStart }), note }
  made.set(idOf(action.bytes), action)
  return action
}

const idsOf = (actions: readonly Candidate[]) => actions.map(({ bytes }) => idOf(bytes))

/** A peer announces these actions, and delivers what it is asked for of them. */
async function deliver(peer: string, actions: readonly Candidate[]): Promise<void> {
  for (let at = 0; at < actions.length; at += 100) {
    const part = actions.slice(at, at + 100)
    gossip.have(peer, idsOf(part))
    gossip.received(peer, part)
    await vi.advanceTimersByTimeAsync(0)
  }
}

/** Fills a peer's share with actions of others, until some are dropped from it. */
async function crowd(peer: string, from: bigint): Promise<void> {
  const before = charged.get(peer)
  for (let start = from; charged.get(peer) === before; start += 100n) {
    for (const { account } of people.slice(3))
      await deliver(
        peer,
        Array.from({ length: 100 }, (_, i) => ahead(account, start + BigInt(i), NOTE)),
      )
  }
}

const askedFor = ({ bytes }: Candidate) =>
  asked.filter(({ id }) => id === idOf(bytes)).map(({ peer }) => peer)

test('what a peer delivers ahead of others and then has dropped is asked of the next peer that announced it, and admitted in time', async () => {
  const chain = Array.from({ length: 900 }, (_, i) => ahead(ann, 1n + BigInt(i), NOTE))
  const last = chain.at(-1)!
  await deliver('m', chain)
  gossip.have('honest', idsOf(chain))
  expect([pool.parked, askedFor(last)]).toEqual([900, ['m']])
  await crowd('m', 1n)
  expect(pool.isParked(last.hash)).toBe(false)
  expect(askedFor(last)).toEqual(['m', 'honest'])
  await deliver('honest', [last])
  await crowd('m', 10_000n)
  expect(pool.isParked(last.hash)).toBe(true)
  expect(charged.get('honest') ?? 0).toBe(0)
})

test('what is parked is asked of nobody else, and costs its peer nothing once it is admitted', async () => {
  const [first, second] = [ahead(ann, 0n), ahead(ann, 1n)]
  await deliver('m', [second])
  await deliver('honest', [second])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(askedFor(second)).toEqual(['m'])
  await deliver('honest', [first])
  expect(pool.size).toBe(2)
  expect([...charged.values()]).toEqual([0, 0])
  expect(gossip.held).toMatchObject({ 'parked actions of peers': [0, 16_384], 'announced ids': [0, 20_000] })
})

test('what was parked in vain costs the peer that delivered it, and nothing of it is remembered', async () => {
  const late = [ahead(ann, 5n), ahead(ann, 6n)]
  await deliver('m', late)
  gossip.have('honest', idsOf(late))
  expect(gossip.held).toMatchObject({ 'parked actions of peers': [2, 16_384], 'announced ids': [2, 20_000] })
  finalize([], 10)
  expect(charged).toEqual(new Map([['m', 2]]))
  expect(gossip.held).toMatchObject({ 'parked actions of peers': [0, 16_384], 'announced ids': [0, 20_000] })
})

test('what a block makes final while it is parked costs nobody anything, and nothing of it is remembered', async () => {
  const [first, second] = [ahead(ann, 0n), ahead(ann, 1n)]
  await deliver('m', [second])
  gossip.have('honest', idsOf([second]))
  finalize([first, second], 2)
  expect(charged).toEqual(new Map([['m', 0]]))
  expect(gossip.held).toMatchObject({ 'parked actions of peers': [0, 16_384], 'announced ids': [0, 20_000] })
})

test('two peers that announce an action again and again keep no third one from being asked for it', async () => {
  const late = ahead(ann, 1n)
  const ids = idsOf([late])
  for (const peer of ['m', 'n', 'honest']) gossip.have(peer, ids)
  for (let round = 0; round < 3; round++) {
    const { peer } = asked.at(-1)!
    gossip.received(peer, [{ ...late, note: 'bad' }])
    await vi.advanceTimersByTimeAsync(0)
    for (const faulty of ['m', 'n']) gossip.have(faulty, ids)
  }
  expect(askedFor(late).slice(0, 3)).toEqual(['m', 'n', 'honest'])
})
