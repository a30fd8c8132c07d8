import { describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MAX_COUNTER } from '../../../src/ledger/params.ts'
import type { Holding } from '../../../src/ledger/state.ts'

function holdings(count: number): Holding[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    account:
      index % 3 === 0 ? BigInt(index) : index % 3 === 1 ? R - 1n - BigInt(index) : h31(`account ${index}`),
    assetId: BigInt(index % 7),
    inTotal: MAX_COUNTER - BigInt(index),
    outTotal: BigInt(index) << 60n,
  }))
}

describe('LedgerState', () => {
  it.each([0, 1, -1])('finds every holding among many with similar keys (seed %i)', (seed) => {
    const state = new LedgerState(seed)
    const all = holdings(20_000)
    for (const holding of all) state.insertHolding(holding)
    for (const holding of all) {
      expect(state.holding(holding.account, holding.assetId)).toEqual(holding)
      expect(state.holdingAt(holding.index)).toEqual(holding)
      expect(state.holding(holding.account, 7n)).toBeUndefined()
      expect(state.holding(holding.account, (holding.assetId + 1n) % 7n)).toBeUndefined()
    }
    expect(state.holding(999_999_999n, 0n)).toBeUndefined()
    expect(state.holdingCount).toBe(20_000)
  })

  it('accepts holdings only in order of index, each account and asset once', () => {
    const state = new LedgerState()
    const [first, second] = holdings(2) as [Holding, Holding]
    expect(() => state.insertHolding(second)).toThrow()
    state.insertHolding(first)
    expect(() => state.insertHolding({ ...first, index: 1 })).toThrow()
    expect(() => state.holdingAt(1)).toThrow()
  })

  it('returns what was loaded into it', () => {
    const state = new LedgerState()
    const retirement = { from: 4n, sponsor: 5n }
    state.insertRetirement(9n, retirement)
    state.setPosition(40)
    expect(state.retirement(9n)).toEqual(retirement)
    expect(state.retirement(8n)).toBeUndefined()
    expect(state.position).toBe(40)
    expect(state.assetCount).toBe(0)
  })
})
