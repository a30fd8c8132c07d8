import { describe, expect, it } from 'vitest'
import { applyBlock } from '../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import type { StateView } from '../../src/ledger/state.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { genesisOf } from '../support/ledger/ledger-world.ts'
import { accountOfName, checkWorlds, HOLDERS, type RandomWorld } from '../support/ledger/random-world.ts'
import { key } from '../support/ledger/unit-model.ts'

/** Every balance and counter of a state equals the model's; every asset sums to its cap. */
function expectSame(state: StateView, world: RandomWorld): void {
  const { model } = world
  for (const asset of model.assets.values()) {
    let sum = 0n
    for (const holder of HOLDERS) {
      const holding = state.holding(accountOfName(holder), world.assetId(asset.code))
      const arrived = model.arrived.get(key(holder, asset.code))?.length ?? 0
      expect(holding === undefined).toBe(arrived === 0 && holder !== 'MINT')
      if (holding === undefined) continue
      expect(holding.inTotal).toBe(BigInt(holder === 'MINT' ? asset.cap : arrived))
      expect(holding.outTotal).toBe(BigInt(model.leftFrom(holder, asset.code)))
      expect(holding.inTotal - holding.outTotal).toBe(BigInt(model.balance(holder, asset.code)))
      sum += holding.inTotal - holding.outTotal
    }
    expect(sum).toBe(BigInt(asset.cap))
  }
}

describe('random actions on the ledger and on queues of numbered units', () => {
  // Whether each single action is rejected is compared, and that a rejection changes nothing, while the world is made.
  it('agree on every rejection, balance and counter, and conserve every asset', () => {
    const kinds = new Set<string>()
    const codes = new Set<string>()
    checkWorlds((world) => {
      expectSame(world.world.state, world)
      for (const record of world.records) kinds.add(record.kind)
      for (const code of world.rejections) codes.add(code)
    })
    expect([...kinds].sort()).toEqual(['issue', 'register', 'reinstate', 'retire', 'transfer'])
    const common = [
      'BAD_AMOUNT',
      'CODE_TAKEN',
      'FOREIGN_RETIREMENT',
      'INSUFFICIENT_BALANCE',
      'NOT_REINSTATABLE',
      'NO_HOLDING',
      'SELF_TRANSFER',
      'STALE_START',
      'TO_MINT',
      'UNKNOWN_ASSET',
      'UNKNOWN_RETIREMENT',
      'WRONG_SIGNER',
    ]
    expect([...codes]).toEqual(expect.arrayContaining(common))
  })

  it('give every record the coordinates of its units in both queues', () => {
    checkWorlds(({ records, model }) => {
      for (const record of records) {
        for (const [i, { unit, step }] of (model.moved.get(record.position) ?? []).entries()) {
          const before =
            step === 0
              ? unit.serial
              : indexOf(model.arrived.get(key(fromOf(unit, step), unit.asset)), unit, step - 1)
          expect(Number(record.fromStart) + i).toBe(before)
          const arrived = model.arrived.get(key(unit.holders[step]!, unit.asset))
          expect(Number(record.toStart) + i).toBe(indexOf(arrived, unit, step))
        }
      }
    })
  })

  it('end in the same state in blocks on stacked overlays, whatever the blocks and whenever they become final', () => {
    checkWorlds((world, [size = 0, lag = 0]) => {
      const { state } = applyGenesis(poseidon, genesisOf())
      const unfinal: ReturnType<typeof next>[] = []
      const records = []
      const next = (parent: StateView, from: number) => {
        const actions = world.accepted.slice(from, from + 1 + (size % 9))
        const result = applyBlock(parent, { era: 1, actions }, world.world.rules)
        if (!result.ok) throw new Error(result.rejection.message)
        return result
      }
      while (records.length < world.accepted.length) {
        const block = next(unfinal.at(-1)?.overlay ?? state, records.length)
        records.push(...block.records)
        unfinal.push(block)
        if (unfinal.length <= lag % 5) continue
        state.apply(unfinal.shift()!.overlay.changes)
        unfinal[0]?.overlay.rebase(state)
      }
      expect(records).toEqual(world.records)
      expectSame(unfinal.at(-1)?.overlay ?? state, world)
      for (const block of unfinal) state.apply(block.overlay.changes)
      expectSame(state, world)
      for (let index = 0; index < state.holdingCount; index++) {
        const holding = state.holdingAt(index)
        expect(state.holding(holding.account, holding.assetId)).toEqual(holding)
      }
    })
  })
})

function fromOf(unit: { holders: string[] }, step: number): string {
  return unit.holders[step - 1]!
}

/** The place, in a holding's arrivals, of a unit as a step of its journey brought it. */
function indexOf(arrived: { unit: object; step: number }[] | undefined, unit: object, step: number): number {
  return arrived?.findIndex((moved) => moved.unit === unit && moved.step === step) ?? -1
}
