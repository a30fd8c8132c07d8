import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fieldToHex } from '../../src/crypto/field.ts'
import type { SignedAction } from '../../src/ledger/action.ts'
import { hashAction } from '../../src/ledger/action-hash.ts'
import { type Admission, BUDGETS, type Budgets, mapBudgets } from '../../src/ledger/admission.ts'
import { applyAction } from '../../src/ledger/apply-action.ts'
import { canonicalDefinition } from '../../src/ledger/definition.ts'
import { LedgerState } from '../../src/ledger/ledger-state.ts'
import { Overlay } from '../../src/ledger/overlay.ts'
import { MINT, RETIRED } from '../../src/ledger/params.ts'
import { UNLISTED } from '../../src/ledger/quota.ts'
import { isRejection } from '../../src/ledger/rejection.ts'
import { rulesOf } from '../../src/ledger/rules.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf } from '../support/ledger/ledger-world.ts'

const SPONSORS = ['ann', 'bea', 'cem', 'dov', 'eli'].map(eddsaKey)
const LISTED: Budgets = { assets: 6, bytes: 1_900, holdings: 14, retirements: 2 }
const capacity: Budgets = { assets: 24, bytes: 7_600, holdings: 64, retirements: 12 }
const admission: Admission = {
  capacity,
  sponsors: [{ account: SPONSORS[0]!.account, budgets: LISTED }],
  share: 250,
}
const rules = {
  ...rulesOf(poseidon, genesisOf({ stateDepth: 3, admission })),
  openingsPerSigner: Number.POSITIVE_INFINITY,
}
const EACH = mapBudgets((budget) => Math.floor(capacity[budget] / 4))
const TOGETHER = mapBudgets((budget) => capacity[budget] / 2)

/** Everything that exists, as plain lists. What is used is counted anew each time. */
interface Reference {
  assets: { id: bigint; issuer: bigint; bytes: number }[]
  holdings: { asset: number; account: bigint }[]
  retirements: { hash: bigint; asset: number; from: bigint }[]
}

function usageOf(
  { assets, holdings, retirements }: Reference,
  counts: (sponsor: bigint) => boolean,
): Budgets {
  const own = assets.filter(({ issuer }) => counts(issuer))
  const isOwn = ({ asset }: { asset: number }) => counts(assets[asset]!.issuer)
  return {
    assets: own.length,
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    holdings: holdings.filter(isOwn).length,
    retirements: retirements.filter(isOwn).length,
  }
}

const isUnlisted = (account: bigint) => account !== SPONSORS[0]!.account
const within = (used: Budgets, limits: Budgets) => BUDGETS.every((budget) => used[budget] <= limits[budget])

/** Whether no sponsor uses more than it may: no action increases what others use, so one that fits leaves all within their limits. */
function isWithinLimits(reference: Reference): boolean {
  return (
    SPONSORS.every(({ account }) =>
      within(
        usageOf(reference, (sponsor) => sponsor === account),
        isUnlisted(account) ? EACH : LISTED,
      ),
    ) && within(usageOf(reference, isUnlisted), TOGETHER)
  )
}

/** An action that breaks no rule but, perhaps, a quota; and what exists after it. */
interface Step {
  action: SignedAction
  after: Reference
}

type Dice = readonly [number, number, number]

function registration(reference: Reference, [, who, size]: Dice, serial: number): Step {
  const key = SPONSORS[who % SPONSORS.length]!
  const own = reference.retirements.filter(({ from }) => from === key.account).slice(0, size % 3)
  const definition = definitionOf(key, {
    code: `LOT-${serial}`,
    madeFrom: own.map(({ hash }) => fieldToHex(hash)),
    metadata: { note: 'x'.repeat(size % 200) },
  })
  const after = structuredClone(reference)
  after.retirements = after.retirements.filter(({ hash }) => !own.some((used) => used.hash === hash))
  const action: SignedAction = {
    type: 'register',
    chainId: rules.chainId,
    definition,
    era: 1,
    publicKey: key.publicKey,
    signature: new Uint8Array(),
  }
  after.holdings.push({ asset: after.assets.length, account: MINT })
  after.assets.push({
    id: 0n,
    issuer: key.account,
    bytes: new TextEncoder().encode(canonicalDefinition(definition)).length,
  })
  return { action, after }
}

/** One unit from an account that has one to a sponsor, or retired. */
function move(reference: Reference, state: Overlay, [what, who, to]: Dice): Step | undefined {
  const asset = who % Math.max(1, reference.assets.length)
  const known = reference.assets[asset]
  if (known === undefined) return undefined
  const holders = SPONSORS.filter(({ account }) => {
    const holding = state.holding(account, known.id)
    return holding !== undefined && holding.inTotal > holding.outTotal
  })
  const holder = holders[to % Math.max(1, holders.length)]
  const isIssue = what % 3 === 0 || holder === undefined
  const from = isIssue ? MINT : holder.account
  const receiver = !isIssue && what % 3 === 1 ? RETIRED : SPONSORS[to % SPONSORS.length]!.account
  if (from === receiver) return undefined
  const signer = isIssue ? SPONSORS.find(({ account }) => account === known.issuer)! : holder
  const transfer = {
    chainId: rules.chainId,
    from,
    to: receiver,
    assetId: known.id,
    fromStart: state.holding(from, known.id)!.outTotal,
    amount: 1n,
    era: 1,
    memo: 0n,
  }
  const action: SignedAction = {
    type: 'transfer',
    transfer,
    publicKey: signer.publicKey,
    signature: new Uint8Array(),
  }
  const after = structuredClone(reference)
  if (state.holding(receiver, known.id) === undefined) after.holdings.push({ asset, account: receiver })
  if (receiver === RETIRED) after.retirements.push({ hash: hashAction(poseidon, action).hash, asset, from })
  return { action, after }
}

function expectSame(state: Pick<Overlay, 'usage'>, reference: Reference): void {
  for (const { account } of SPONSORS)
    expect(state.usage(account)).toEqual(usageOf(reference, (sponsor) => sponsor === account))
  expect(state.usage(UNLISTED)).toEqual(usageOf(reference, isUnlisted))
}

it('what sponsors use is what exists, whichever actions apply, in blocks that are given up and in those that become final', () => {
  const limitsHit = new Set<string>()
  const dice = fc.tuple(fc.noBias(fc.nat(9_999)), fc.noBias(fc.nat(9_999)), fc.noBias(fc.nat(9_999)))
  const worlds = fc.array(dice, { minLength: 150, maxLength: 250, size: 'max' })
  fc.assert(
    fc.property(worlds, (steps) => {
      const final = new LedgerState()
      /** Blocks that are not final yet, each with what existed before it. */
      const blocks = [
        { overlay: new Overlay(final), before: { assets: [], holdings: [], retirements: [] } as Reference },
      ]
      let reference = blocks[0]!.before
      for (const [serial, roll] of steps.entries()) {
        const top = blocks.at(-1)!.overlay
        const step = roll[0] % 4 === 0 ? registration(reference, roll, serial) : move(reference, top, roll)
        if (step === undefined) continue
        const fits = isWithinLimits(step.after)
        const result = applyAction(top, hashAction(poseidon, step.action), { blockEra: 1, rules })
        if (isRejection(result)) {
          expect([result.code, fits]).toEqual(['QUOTA_EXCEEDED', false])
          limitsHit.add(`${result.data.budget} ${result.data.of}`)
        } else {
          expect(fits).toBe(true)
          reference = step.after
          if (result.kind === 'register') reference.assets.at(-1)!.id = result.assetId
        }
        expectSame(top, reference)
        if (roll[1] % 10 === 0) blocks.push({ overlay: new Overlay(top), before: reference })
        if (roll[1] % 10 === 1 && blocks.length > 1) reference = blocks.pop()!.before
        if (blocks.length > 4) {
          final.apply(blocks.shift()!.overlay.changes)
          blocks[0]!.overlay.rebase(final)
          expectSame(final, blocks[0]!.before)
        }
        expectSame(blocks.at(-1)!.overlay, reference)
      }
    }),
    { numRuns: 12, seed: Number(process.env.SEED ?? 2026), endOnFailure: true },
  )
  const all = BUDGETS.flatMap((budget) => [`${budget} sponsor`, `${budget} unlisted`])
  expect([...limitsHit].sort()).toEqual(all.sort())
})
