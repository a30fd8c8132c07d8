import { describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { NO_BUDGETS } from '../../../src/ledger/admission.ts'
import type { AssetFacts } from '../../../src/ledger/asset.ts'
import type { NumberedHolding } from '../../../src/ledger/holding-table.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MAX_COUNTER } from '../../../src/ledger/params.ts'
import type { Holding, Retirement, StateChanges } from '../../../src/ledger/state.ts'

/** Field elements of which many have similar bytes. */
const fieldOf = (i: number) =>
  i % 3 === 0 ? BigInt(i) : i % 3 === 1 ? R - 1n - BigInt(i) : h31(`field ${i}`)

const assetOf = (i: number): AssetFacts => ({
  id: fieldOf(i),
  code: i === 0 ? 'x'.repeat(64) : `A${'-'.repeat(i % 20)}${i}`,
  issuer: fieldOf(i % 50),
  reinstatable: i % 2 === 0,
  mintHolding: i,
})

const NOTHING: StateChanges = {
  holdings: new Map(),
  assets: [],
  retirements: new Map(),
  reservations: new Map(),
  usages: new Map(),
  holdingCount: 0,
  position: 0,
}

function holdings(count: number): (Holding & NumberedHolding)[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    account: fieldOf(index),
    asset: index % 7,
    assetId: fieldOf(index % 7),
    inTotal: MAX_COUNTER - BigInt(index),
    outTotal: BigInt(index) << 60n,
  }))
}

function stateOf(seed: number, assets: number): LedgerState {
  const state = new LedgerState(seed)
  for (let i = 0; i < assets; i++) state.insertAsset(assetOf(i))
  return state
}

describe('LedgerState, of holdings and assets', () => {
  it.each([0, 1, -1])('finds every holding among many with similar keys (seed %i)', (seed) => {
    const state = stateOf(seed, 8)
    const all = holdings(20_000)
    for (const holding of all) state.insertHolding(holding)
    const missed = all.filter((holding) => {
      const { asset: _, ...expected } = holding
      const found = state.holding(holding.account, holding.assetId)
      const other = state.holding(holding.account, fieldOf((holding.index + 1) % 7))
      const at = state.holdingAt(holding.index)
      return !same(found, expected) || !same(at, expected) || other !== undefined
    })
    expect(missed).toEqual([])
    expect(state.holding(999_999_999n, 0n)).toBeUndefined()
    expect(state.holding(1n, 999_999_999n)).toBeUndefined()
    expect(state.holdingCount).toBe(20_000)
  })

  it('accepts holdings only in order of index, each account and asset once, and of known assets', () => {
    const state = stateOf(0, 2)
    const [first, second] = [holdings(1)[0]!, holdings(2)[1]!]
    expect(() => state.insertHolding(second)).toThrow()
    state.insertHolding(first)
    expect(() => state.insertHolding({ ...first, index: 1 })).toThrow()
    const changes = {
      ...NOTHING,
      holdings: new Map([[1, { ...holdings(2)[1]!, assetId: 77n }]]),
      holdingCount: 2,
    }
    expect(() => state.apply(changes)).toThrow('unknown asset')
    expect(() => state.holdingAt(1)).toThrow()
  })

  it('finds every asset by id and by code, and accepts each once', () => {
    const state = stateOf(3, 10_000)
    const missed = Array.from({ length: 10_000 }, (_, i) => assetOf(i)).filter(
      (asset) => !same(state.asset(asset.id), asset) || !same(state.assetByCode(asset.code), asset),
    )
    expect(missed).toEqual([])
    expect(state.assetCount).toBe(10_000)
    expect([state.asset(77_777_777n), state.assetByCode('A'), state.assetByCode('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(() => state.insertAsset({ ...assetOf(5), id: 77_777_777n })).toThrow()
    expect(() => state.insertAsset({ ...assetOf(5), code: 'other' })).toThrow()
  })
})

describe('LedgerState, besides holdings and assets', () => {
  it('finds the retirements that were not used, whichever were', () => {
    const state = new LedgerState(5)
    const all = new Map<bigint, Retirement>()
    for (let i = 0; i < 12_000; i++) {
      const retirement = { from: fieldOf(i + 1), sponsor: fieldOf(i % 9) }
      all.set(fieldOf(i), retirement)
      state.insertRetirement(fieldOf(i), retirement)
      // Removes the oldest, the newest and one between them by turns, so that rows move.
      if (i % 3 === 2) use(state, all, [...all.keys()].at([0, -1, all.size >> 1][((i / 3) % 3) | 0]!)!)
    }
    const missed = [...all].filter(([hash, retirement]) => !same(state.retirement(hash), retirement))
    expect(missed).toEqual([])
    const gone = Array.from({ length: 12_000 }, (_, i) => fieldOf(i)).filter((hash) => !all.has(hash))
    expect(gone.filter((hash) => state.retirement(hash) !== undefined)).toEqual([])
    expect([state.retirementCount, gone.length]).toEqual([8_000, 4_000])
    for (const hash of [...all.keys()]) use(state, all, hash)
    expect(state.retirementCount).toBe(0)
    state.insertRetirement(1n, { from: 2n, sponsor: 3n })
    expect(state.retirement(1n)).toEqual({ from: 2n, sponsor: 3n })
  })

  it('returns what was loaded into it', () => {
    const state = new LedgerState()
    const usage = { assets: 2 ** 24, bytes: 2 ** 48 - 1, holdings: 2 ** 30, retirements: 2 ** 28 }
    state.charge([6n], usage)
    state.charge([6n, 7n], { bytes: 0 })
    state.charge([7n], { ...usage, bytes: 2 ** 32 - 1 })
    state.charge([7n], { bytes: 1 })
    state.setPosition(40)
    expect([state.usage(6n), state.usage(7n).bytes, state.usage(8n)]).toEqual([usage, 2 ** 32, NO_BUDGETS])
    expect(state.position).toBe(40)
    expect(state.assetCount).toBe(0)
  })
})

function use(state: LedgerState, all: Map<bigint, Retirement>, hash: bigint): void {
  all.delete(hash)
  state.apply({ ...NOTHING, retirements: new Map([[hash, null]]) })
}

function same<T extends object>(a: T | undefined, b: T): boolean {
  return a !== undefined && Object.entries(b).every(([name, value]) => a[name as keyof T] === value)
}
