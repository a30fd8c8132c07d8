import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytesToHex } from '../../../../src/codec/bytes.ts'
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

describe('compact blocks', () => {
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
      fetch: (hash, first) => fetched.push({ hash, first }),
      onProposal: (_, proposal) => whole.push(proposal),
    })
    store.add({ bytes: actions[0]!, note: undefined })
    compact.received('p', toCompact(block, limits))
  })
  afterEach(() => {
    compact.stop()
    vi.useRealTimers()
  })
  const arrive = (some: Uint8Array[]) => compact.arrived(some.map((bytes) => ({ bytes, note: undefined })))

  test('asks the proposer for the actions that are missing and puts the block together', () => {
    expect(wanted).toEqual([{ peer: 'p', ids: ids.slice(1) }])
    arrive(actions.slice(1))
    expect(whole).toEqual([block])
    compact.disconnected('p')
    expect(fetched).toEqual([])
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
