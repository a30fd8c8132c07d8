import { afterEach, describe, expect, test } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import type { Write } from '../../../src/consensus/types.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { decodeBody } from '../../../src/ledger/body.ts'
import { blockHash, genesisHeader } from '../../../src/ledger/header.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { UNLISTED } from '../../../src/ledger/quota.ts'
import { openPostgresStore } from '../../../src/node/postgres-store.ts'
import { Resources } from '../../../src/node/resources.ts'
import type { NodeStore } from '../../../src/node/store.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { certificate, proposal, vote } from '../../support/consensus/replicas.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { MemoryDisk, memoryStore } from '../../support/simulation/nodes/memory-store.ts'
import { Random } from '../../support/simulation/random.ts'
import { emptyDatabase } from '../../support/storage/postgres.ts'
import { blocks, CONTENTS, genesis, result, rules, VALIDATORS } from '../../support/storage/sample-blocks.ts'

const resources = new Resources()
afterEach(() => resources.close())

const memory = async (): Promise<NodeStore> => memoryStore(new MemoryDisk(genesis, result))
const postgres = async (): Promise<NodeStore> =>
  openPostgresStore(
    poseidon,
    { databaseUrl: await emptyDatabase(), genesis, log: openLog('node', 'silent') },
    resources,
  )
const STORES: [string, () => Promise<NodeStore>][] = [
  ['in memory', memory],
  ['Postgres', postgres],
]

/** Everything that a store tells. */
async function contentOf(store: NodeStore) {
  const state = await store.state(rules, 1)
  const holdings = Array.from({ length: state.holdingCount }, (_, i) => state.holdingAt(i))
  const assets = ['GOLD', 'RING'].map((code) => state.assetByCode(code))
  const usages = [UNLISTED, ...holdings.map(({ account }) => account)].map((sponsor) => state.usage(sponsor))
  const hashes = [result, ...blocks].flatMap(({ records }) => records.map(({ hash }) => hash))
  const isFinal = await Promise.all(hashes.map((hash) => store.isFinal(hash)))
  const retirements = hashes.map((hash) => state.retirement(hash))
  const names = [genesisHeader(genesis), ...blocks.map(({ header }) => header)].map((h) =>
    bytesToHex(blockHash(h)),
  )
  return {
    ...{
      tip: await store.tip(),
      log: await store.log(),
      tile: await store.logTile({ level: 0, index: 0, width: 2 }),
      holdings,
      assets,
      usages,
      retirements,
      position: state.position,
      isFinal,
    },
    ...{
      consensus: await store.consensus(),
      pool: await store.pool(expect.unreachable),
      newest: await store.newestCertified(),
    },
    blocks: await Promise.all(names.map((name) => store.block(name))),
    page: await store.blocks({ from: 1, count: 3, maxRecords: 100 }),
    short: await store.blocks({ from: 1, count: 9, maxRecords: 2 }),
  }
}

describe.each(STORES)('a node store %s', (_, open) => {
  test('begins with the genesis block and its state', async () => {
    const { tip, holdings, position, isFinal, pool, newest, consensus, page } = await contentOf(await open())
    expect(tip).toEqual({
      ...{ header: genesisHeader(genesis), hash: blockHash(genesisHeader(genesis)) },
      ...{ certificate: null, recordCount: 2 },
    })
    expect(holdings.map(({ inTotal, outTotal }) => inTotal - outTotal)).toEqual([990n, 10n])
    expect(position).toBe(result.firstPosition)
    expect(isFinal.filter(Boolean)).toHaveLength(2)
    expect([pool, newest, page]).toEqual([[], undefined, []])
    expect(consensus).toEqual({ votes: [], proposals: [], certificates: [] })
  })

  test('returns committed blocks as they were, with their bodies and notes', async () => {
    const store = await open()
    for (const block of blocks) await store.commit(block)
    const content = await contentOf(store)
    expect(content.tip).toMatchObject({ header: blocks[4]!.header, hash: blocks[4]!.hash, recordCount: 1 })
    expect(content.isFinal).not.toContain(false)
    content.blocks.slice(1).forEach((row, i) => {
      const { header, hash, certificate: bytes, actions } = blocks[i]!
      expect(row).toMatchObject({ header, hash: bytesToHex(hash), certificate: bytes })
      expect(decodeBody(row!.body, genesis.limits)).toEqual(actions.map(({ action }) => encodeAction(action)))
      expect([...row!.notes]).toEqual(
        actions.flatMap(({ note }, at) => (note === undefined ? [] : [[at, note]])),
      )
    })
    expect(content.page.map(({ header }) => header.height)).toEqual([1, 2, 3])
    expect(content.short.map(({ header }) => header.height)).toEqual([1, 2])
    expect(content.newest?.header.height).toBe(4)
    const [state, last] = [new LedgerState(), blocks[4]!.changes]
    for (const { changes } of [new MemoryDisk(genesis, result).tip, ...blocks]) state.apply(changes)
    expect(content.holdings).toEqual(Array.from({ length: last.holdingCount }, (_, i) => state.holdingAt(i)))
    expect(content.position).toBe(last.position)
    // The one of block 1 is used by block 3, that of block 5 is not.
    expect(content.retirements.map((retirement) => retirement !== undefined).lastIndexOf(true)).toBe(8)
    expect(content.retirements.filter((retirement) => retirement !== undefined)).toHaveLength(1)
  })

  test('takes a block once, and none that does not follow its tip', async () => {
    const store = await open()
    await store.commit(blocks[0]!)
    await store.commit(blocks[0]!)
    await expect(store.commit(blocks[2]!)).rejects.toMatchObject({ code: 'WRONG_PARENT' })
    const rival = { ...blocks[0]!.header, era: 5 }
    await expect(store.commit({ ...blocks[0]!, header: rival, hash: blockHash(rival) })).rejects.toThrow(
      'another block',
    )
    expect((await store.tip()).header.height).toBe(1)
  })
})

describe.each(STORES)('what is not final yet, in a node store %s', (_, open) => {
  test('is kept in the order of arrival until it is final or deleted, if it is an action', async () => {
    const store = await open()
    const entries = CONTENTS.flatMap(({ actions }) => actions).map((action, i) => ({
      ...{
        hash: hashAction(poseidon, action).hash,
        bytes: encodeAction(action),
        note: i === 1 ? 'a note' : undefined,
      },
    }))
    await store.insertPool(entries.slice(0, 4))
    await store.insertPool([{ ...entries[0]!, note: 'late' }, entries[4]!])
    await store.deletePool([entries[3]!.hash])
    const kept = async () =>
      (await store.pool(expect.unreachable)).map(({ bytes, note }) => ({ bytes, note }))
    const stored = (at: number) => ({ bytes: entries[at]!.bytes, note: entries[at]!.note })
    expect(await kept()).toEqual([0, 1, 2, 4].map(stored))
    await store.commit(blocks[0]!)
    expect(await kept()).toEqual([2, 4].map(stored))
  })

  test('is kept until it is pruned, if it is a vote or what one rests on, and no vote contradicts another', async () => {
    const store = await open()
    const block = proposal(VALIDATORS, 2)
    const writes: Write[] = [
      { type: 'vote', vote: vote(0, 'notarize', 2, block.hash) },
      { type: 'proposal', proposal: block },
      { type: 'vote', vote: vote(0, 'skip', 3) },
      { type: 'certificate', certificate: certificate(VALIDATORS, 'notarize', 2, block.hash) },
    ]
    await store.persist(writes)
    await store.persist(writes)
    const { votes, proposals, certificates } = await store.consensus()
    expect(votes.map(({ kind, view }) => `${kind} ${view}`)).toEqual(['notarize 2', 'skip 3'])
    expect([proposals, certificates]).toEqual([[block], [certificate(VALIDATORS, 'notarize', 2, block.hash)]])
    for (const other of [vote(0, 'notarize', 2, 'cd'.repeat(32)), vote(0, 'finalize', 3, block.hash)])
      await expect(store.persist([{ type: 'vote', vote: other }, writes[1]!])).rejects.toThrow()
    await store.prune(2)
    expect(await store.consensus()).toEqual({ votes: [vote(0, 'skip', 3)], proposals: [], certificates: [] })
  })
})

describe.each(STORES)('checkpoints, in a node store %s', (_, open) => {
  test('are replaced as a whole, and come in order with the root of the own log', async () => {
    const store = await open()
    await store.commit(blocks[0]!)
    const root = (n: number) => new Uint8Array(32).fill(n)
    const note = (text: string) => `a "note"\n\\ ${text}\n`
    const kept = [
      { size: 2, root: root(5), note: note('of the next block') },
      { size: 1, root: root(4), note: note('of another history') },
      { size: 1, root: root(3), note: note('of this one') },
    ]
    await store.keepCheckpoints(kept)
    const { logRoot } = blocks[0]!.header
    const stored = [
      { ...kept[2], logRoot },
      { ...kept[1], logRoot },
      { ...kept[0], logRoot: undefined },
    ]
    expect(await store.checkpoints()).toEqual(stored)
    const changed = { ...kept[2]!, note: note('with one more') }
    await store.keepCheckpoints([kept[0]!, changed])
    expect(await store.checkpoints()).toEqual([{ ...changed, logRoot }, stored[2]])
    await store.keepCheckpoints([])
    expect(await store.checkpoints()).toEqual([])
  })
})

test('both stores answer the same after any sequence of writes', async () => {
  const random = new Random(7)
  const stores = [await memory(), await postgres()]
  const actions = CONTENTS.flatMap(({ actions }) => actions)
  const entry = () => {
    const action = actions[random.below(actions.length)]!
    return { hash: hashAction(poseidon, action).hash, bytes: encodeAction(action), note: undefined }
  }
  const write = (): Write => {
    const view = 1 + random.below(4)
    const kind = (['notarize', 'skip', 'finalize'] as const)[random.below(3)]!
    const block = proposal(VALIDATORS, view, { header: { era: view + random.below(2) } })
    const hash = kind === 'skip' ? '' : block.hash
    const choice = random.below(3)
    if (choice === 0) return { type: 'proposal', proposal: block }
    if (choice === 1) return { type: 'certificate', certificate: certificate(VALIDATORS, kind, view, hash) }
    return { type: 'vote', vote: vote(0, kind, view, hash) }
  }
  const steps: (() => (store: NodeStore) => Promise<void>)[] = [
    () => {
      const block = blocks[random.below(blocks.length)]!
      return (store) => store.commit(block)
    },
    () => {
      const entries = [entry(), entry()]
      const distinct = entries[0]!.hash === entries[1]!.hash ? entries.slice(1) : entries
      return (store) => store.insertPool(distinct)
    },
    () => {
      const { hash } = entry()
      return (store) => store.deletePool([hash])
    },
    () => {
      const writes = [write()]
      return (store) => store.persist(writes)
    },
    () => {
      const view = random.below(3)
      return (store) => store.prune(view)
    },
  ]
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 6; i++) {
      const step = steps[random.below(steps.length)]!()
      const outcomes = await Promise.allSettled(stores.map(step))
      expect(outcomes[0]!.status).toBe(outcomes[1]!.status)
    }
    const [first, second] = await Promise.all(stores.map(contentOf))
    expect(first).toEqual(second)
  }
  expect((await stores[0]!.tip()).header.height).toBeGreaterThan(1)
})
