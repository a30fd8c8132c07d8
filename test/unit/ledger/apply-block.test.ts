import { describe, expect, it } from 'vitest'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { rulesOf } from '../../../src/ledger/rules.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  genesisOf,
  signRegister,
  signTransfer,
} from '../../support/ledger/ledger-world.ts'

const alice = eddsaKey('alice')
const bob = eddsaKey('bob')
const definition = definitionOf(alice, { cap: '100' })
const assetId = assetIdOf(poseidon, definition)
const genesis = genesisOf({
  definitions: [definition],
  allocations: [{ to: alice.account, asset: 'LOT-1', amount: 10n }],
})
const rules = rulesOf(poseidon, genesis)

function send(from: typeof alice, to: bigint, fromStart: bigint, amount: bigint, era: number) {
  const transfer = {
    chainId: rules.chainId,
    from: from.account,
    to,
    assetId,
    fromStart,
    amount,
    era,
    memo: 0n,
  }
  return hashAction(poseidon, signTransfer(from, transfer))
}

describe('applyBlock', () => {
  it('applies actions in order, each on those before it, and leaves the parent as it was', () => {
    const { state, firstPosition } = applyGenesis(poseidon, genesis)
    const actions = [send(alice, bob.account, 0n, 10n, 1), send(bob, alice.account, 0n, 4n, 1)]
    const result = applyBlock(state, { era: 1, actions }, rules)
    if (!result.ok) throw new Error(result.rejection.message)
    expect(result.records.map((record) => record.position)).toEqual([firstPosition, firstPosition + 1])
    expect(result.overlay.holding(alice.account, assetId)).toMatchObject({ inTotal: 14n, outTotal: 10n })
    expect(result.overlay.position).toBe(firstPosition + 2)
    expect(state.holding(bob.account, assetId)).toBeUndefined()
    expect(state.position).toBe(firstPosition)
  })

  it('rejects the whole block for one invalid action, and reports which', () => {
    const { state } = applyGenesis(poseidon, genesis)
    const actions = [send(alice, bob.account, 0n, 1n, 1), send(alice, bob.account, 0n, 1n, 1)]
    expect(applyBlock(state, { era: 1, actions }, rules)).toMatchObject({
      ok: false,
      index: 1,
      rejection: { code: 'STALE_START' },
    })
  })

  it('rejects more actions than genesis allows: TOO_MANY_RECORDS', () => {
    const { state } = applyGenesis(poseidon, genesis)
    const actions = [send(alice, bob.account, 0n, 1n, 1), send(alice, bob.account, 1n, 1n, 1)]
    const few = { ...rules, maxRecords: 1 }
    expect(applyBlock(state, { era: 1, actions }, few)).toMatchObject({
      ok: false,
      index: 1,
      rejection: { code: 'TOO_MANY_RECORDS' },
    })
    expect(applyBlock(state, { era: 1, actions: actions.slice(1) }, few)).toMatchObject({
      ok: false,
      index: 0,
    })
    expect(applyBlock(state, { era: 1, actions: actions.slice(0, 1) }, few).ok).toBe(true)
  })

  it('counts openings afresh in every block', () => {
    const { state } = applyGenesis(poseidon, genesis)
    const one = { ...rules, openingsPerSigner: 1 }
    const first = applyBlock(state, { era: 1, actions: [send(alice, 50n, 0n, 1n, 1)] }, one)
    if (!first.ok) throw new Error(first.rejection.message)
    const second = applyBlock(first.overlay, { era: 2, actions: [send(alice, 51n, 1n, 1n, 1)] }, one)
    expect(second.ok).toBe(true)
    const both = [send(alice, 50n, 0n, 1n, 1), send(alice, 51n, 1n, 1n, 1)]
    expect(applyBlock(state, { era: 1, actions: both }, one)).toMatchObject({
      ok: false,
      index: 1,
      rejection: { code: 'OPENINGS_LIMIT' },
    })
  })

  it('may use, in the same block, an asset that it registers', () => {
    const { state } = applyGenesis(poseidon, genesisOf())
    const chainId = rulesOf(poseidon, genesisOf()).chainId
    const register = hashAction(poseidon, signRegister(alice, { chainId, definition, era: 1 }))
    const issue = {
      chainId,
      from: MINT,
      to: bob.account,
      assetId,
      fromStart: 0n,
      amount: 1n,
      era: 1,
      memo: 0n,
    }
    const block = { era: 1, actions: [register, hashAction(poseidon, signTransfer(alice, issue))] }
    expect(applyBlock(state, block, rulesOf(poseidon, genesisOf())).ok).toBe(true)
  })
})

describe('overlays', () => {
  it('stack, fork, and give the same state once merged into the final state', () => {
    const { state } = applyGenesis(poseidon, genesis)
    const first = applyBlock(state, { era: 1, actions: [send(alice, bob.account, 0n, 6n, 1)] }, rules)
    if (!first.ok) throw new Error(first.rejection.message)
    const fork = applyBlock(state, { era: 2, actions: [send(alice, 77n, 0n, 9n, 1)] }, rules)
    const second = applyBlock(first.overlay, { era: 3, actions: [send(bob, 77n, 0n, 2n, 1)] }, rules)
    if (!second.ok || !fork.ok) throw new Error('rejected')
    expect(fork.overlay.holding(alice.account, assetId)).toMatchObject({ outTotal: 9n })
    const seen = () =>
      [alice.account, bob.account, 77n].map((account) => second.overlay.holding(account, assetId))
    const before = seen()
    expect(before.map((holding) => holding!.inTotal - holding!.outTotal)).toEqual([4n, 4n, 2n])
    state.apply(first.overlay.changes)
    expect(seen()).toEqual(before)
    second.overlay.rebase(state)
    expect(seen()).toEqual(before)
    state.apply(second.overlay.changes)
    expect([alice.account, bob.account, 77n].map((account) => state.holding(account, assetId))).toEqual(
      before,
    )
    expect(state.position).toBe(second.overlay.position)
  })

  it('of another branch cannot be merged', () => {
    const { state } = applyGenesis(poseidon, genesis)
    const opened = applyBlock(state, { era: 1, actions: [send(alice, 50n, 0n, 1n, 1)] }, rules)
    if (!opened.ok) throw new Error('rejected')
    const onTop = applyBlock(opened.overlay, { era: 2, actions: [send(alice, 51n, 1n, 1n, 1)] }, rules)
    if (!onTop.ok) throw new Error('rejected')
    expect(() => state.apply(onTop.overlay.changes)).toThrow()
  })
})
