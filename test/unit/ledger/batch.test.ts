import { describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import {
  type BatchSignals,
  batchAt,
  batchCount,
  batchesOf,
  batchHeight,
  batchSignalsJson,
  batchStart,
  countsOf,
  firstBatchOf,
  firstPositionOf,
  fullBatchCount,
  packCounts,
  parseBatchIndex,
  parseBatchSignals,
  positionsOf,
} from '../../../src/ledger/batch.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf } from '../../support/ledger/ledger-world.ts'

const B = 4

describe('batches of four records', () => {
  it.each([
    { position: 0, batch: 0, start: 0, full: 0, count: 0 },
    { position: 1, batch: 0, start: 0, full: 0, count: 1 },
    { position: 3, batch: 0, start: 0, full: 0, count: 1 },
    { position: 4, batch: 1, start: 4, full: 1, count: 1 },
    { position: 9, batch: 2, start: 8, full: 2, count: 3 },
  ])('at position $position', ({ position, batch, start, full, count }) => {
    expect(batchAt(position, B)).toBe(batch)
    expect(batchStart(position, B)).toBe(start)
    expect(fullBatchCount(position, B)).toBe(full)
    expect(batchCount(position, B)).toBe(count)
    const { first, end } = positionsOf(batch, B)
    expect([first, end]).toEqual([start, start + B])
  })

  it('hold the records of a block from the batch of the first to that of the last', () => {
    expect(batchesOf({ first: 3, end: 4 }, B)).toEqual({ first: 0, end: 1 })
    expect(batchesOf({ first: 3, end: 5 }, B)).toEqual({ first: 0, end: 2 })
    expect(batchesOf({ first: 4, end: 12 }, B)).toEqual({ first: 1, end: 3 })
    expect(batchesOf({ first: 5, end: 5 }, B)).toEqual({ first: 1, end: 1 })
  })

  it('are subtrees of one level, those of 4096 records of six', () => {
    expect(batchHeight(B)).toBe(1)
    expect(batchHeight(4_096)).toBe(6)
  })
})

it.each([0, 1, 3, 4, 5])('with %i records of genesis the first block begins a batch', (count) => {
  const issuer = eddsaKey('issuer')
  const definitions = Array.from({ length: count }, (_, i) => definitionOf(issuer, { code: `LOT-${i}` }))
  const genesis = genesisOf({ definitions })
  expect(firstPositionOf(genesis)).toBe([0, 4, 4, 4, 4, 8][count])
  expect(firstPositionOf(genesis)).toBe(applyGenesis(poseidon, genesis).firstPosition)
  expect(firstBatchOf(genesis)).toBe(firstPositionOf(genesis) / B)
})

it('the index of a batch is a canonical decimal', () => {
  expect(parseBatchIndex('0')).toBe(0)
  expect(parseBatchIndex('120')).toBe(120)
  for (const text of ['', '01', '-1', '1.0', '1e3', ' 1', '1'.repeat(16)])
    expect(parseBatchIndex(text)).toBeUndefined()
})

describe('public signals', () => {
  const signals: BatchSignals = {
    chainId: 1n,
    index: 2n,
    stateRootBefore: 3n,
    stateRootAfter: 4n,
    recordsRoot: R - 1n,
    counts: packCounts({ proven: 3, attested: 1 }),
    dataPoint: 7n,
    dataValue: 8n,
  }

  it('are eight decimals in the order of the circuit', () => {
    const json = batchSignalsJson(signals)
    expect(json).toEqual(['1', '2', '3', '4', (R - 1n).toString(), '4294967299', '7', '8'])
    expect(parseBatchSignals(json)).toEqual(signals)
    expect(countsOf(signals)).toEqual({ proven: 3, attested: 1 })
  })

  it.each([
    ['too few', ['1', '2', '3', '4', '5', '6', '7']],
    ['too many', ['1', '2', '3', '4', '5', '6', '7', '8', '9']],
    ['one that is not below r', ['1', '2', '3', '4', R.toString(), '6', '7', '8']],
    ['one that is not canonical', ['1', '2', '3', '4', '05', '6', '7', '8']],
    ['numbers', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['no list', { length: 8 }],
  ])('%s are not read', (_, json) => expect(parseBatchSignals(json)).toBeUndefined())
})
