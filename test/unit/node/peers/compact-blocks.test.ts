import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytesToHex, concatBytes } from '../../../../src/codec/bytes.ts'
import type { Proposal } from '../../../../src/consensus/types.ts'
import { actionId } from '../../../../src/ledger/action-codec.ts'
import { encodeBody } from '../../../../src/ledger/body.ts'
import type { PeerMessage } from '../../../../src/network/peer-messages.ts'
import { ActionStore } from '../../../../src/node/peers/action-store.ts'
import { CompactBlocks, toCompact } from '../../../../src/node/peers/compact-blocks.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { people, transfer } from '../../../support/mempool/pool-world.ts'
import { headerOf } from '../../../support/network/peer-world.ts'

const [, ann, bob] = people.map(({ account }) => account) as [bigint, bigint, bigint]
const limits = { maxRecords: 100, maxBodyBytes: 100_000 }
const actions = [0n, 1n, 2n].map((fromStart) => transfer({ from: ann, to: bob, fromStart }).bytes)
const ids = actions.map((bytes) => bytesToHex(actionId(bytes)))
const block: Proposal = {
  header: headerOf({ height: 1, view: 1, era: 1 }),
  hash: 'ab'.repeat(32),
  body: encodeBody(actions),
  signature: new Uint8Array(64),
  parent: null,
  skips: [],
}

let store: ActionStore
let wanted: { peer: string; ids: readonly string[] }[]
let fetched: { hash: string; first: string }[]
let whole: Proposal[]
let compact: CompactBlocks

beforeEach(() => {
  vi.useFakeTimers()
  store = new ActionStore({ entries: 100, bytes: 100_000 })
  wanted = []
  fetched = []
  whole = []
  compact = new CompactBlocks({
    clock: systemClock,
    store,
    limits,
    send: (peer, message: PeerMessage) => {
      if (message.type === 'want') wanted.push({ peer, ids: message.ids })
      return true
    },
    fetch: ({ hash }, first) => fetched.push({ hash, first }),
    onProposal: (_, proposal) => whole.push(proposal),
  })
  store.add({ bytes: actions[0]!, note: undefined })
  compact.received('p', toCompact(block, limits))
})
afterEach(() => {
  compact.stop()
  vi.useRealTimers()
})
const arrive = (some: Uint8Array[], peer = 'p') =>
  compact.arrived(
    peer,
    some.map((bytes) => ({ bytes, note: undefined })),
  )

describe('compact blocks', () => {
  test('asks the proposer for the actions that are missing and puts the block together', () => {
    expect(wanted).toEqual([{ peer: 'p', ids: ids.slice(1) }])
    arrive(actions.slice(1))
    expect(whole).toEqual([block])
    compact.disconnected('p')
    expect(fetched).toEqual([])
  })

  test('takes actions from nobody but the peer that was asked', () => {
    arrive(actions.slice(1), 'q')
    expect(whole).toEqual([])
    arrive(actions.slice(1))
    expect(whole).toEqual([block])
  })

  test('drops a proposal whose actions are larger than any body, and the oldest of a leader that signs many', () => {
    const large = [1, 2, 3].map((fill) => new Uint8Array(60_000).fill(fill))
    compact.disconnected('p')
    const [hash, leader] = ['ef'.repeat(32), block.header.proposer]
    compact.received('p', { ...block, hash, body: concatBytes(...large.map(actionId)) })
    arrive(large)
    expect(whole).toEqual([])
    for (const [i, proposer] of [leader, leader, leader, leader, leader, leader + 1].entries())
      compact.received('p', {
        ...toCompact(block, limits),
        hash: `${i}`,
        header: { ...block.header, proposer },
      })
    arrive(actions.slice(1))
    expect(whole.map((each) => each.hash)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('fetches a block at once when its proposer disconnects', () => {
    compact.disconnected('q')
    expect(fetched).toEqual([])
    compact.disconnected('p')
    expect(fetched).toEqual([{ hash: block.hash, first: 'p' }])
  })

  test('fetches the whole block when its proposer stays silent', async () => {
    await vi.advanceTimersByTimeAsync(499)
    expect(fetched).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(fetched).toEqual([{ hash: block.hash, first: 'p' }])
  })
})
