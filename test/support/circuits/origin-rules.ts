import { babyjubjub } from '@noble/curves/misc.js'
import { R } from '../../../src/crypto/field.ts'
import { poseidon } from '../crypto/poseidon.ts'
import {
  ASSET,
  alice,
  bob,
  HISTORY,
  HOPS,
  hopOf,
  ISSUE,
  mallory,
  type OriginForgery,
  TRANSFER,
} from './origin-forgery.ts'
import type { Line } from './rule.ts'

const HOP = 'lib/hop.circom'
const PATH = 'lib/path.circom'
const JOURNEY = 'lib/journey.circom'
const ORIGIN = 'origin.circom'
const EDDSA = 'lib/eddsa.circom'
const WRAP = 1n << 120n
const INVERSE = (x: bigint) => babyjubjub.Point.Fp.inv(x % R)
const [transfer, issue] = HOPS as [(typeof HOPS)[0], (typeof HOPS)[0]]

export interface OriginRule {
  rule: string
  /** The lines of the sources without which the forgery passes. */
  mutant?: Line[]
  forgery: OriginForgery
}

/** The issue, taken twice, with other signals. */
const issuedAs = (change: Partial<typeof issue>) => [
  transfer,
  { ...issue, ...change },
  { ...issue, ...change },
]
/** The transfer and the issue with other content, in the history and as hops. */
function moved(change: Partial<typeof TRANSFER>, offset = 2n, length = 4n) {
  const record = { ...TRANSFER, ...change }
  return { history: { ...HISTORY, 6: record }, hop: hopOf(record, 6, offset, length) }
}

/** An account that is Poseidon(0, 1), as if (0, 1) were a key. */
const NOBODY = poseidon.hash([0n, 1n])

const beforeRecord = moved({ toStart: 10n }, -1n)
const behindRecord = moved({ amount: 5n })
const belowZero = moved({ toStart: WRAP - 5n, amount: 20n }, 14n)
const movedOn = moved({ toStart: 0n })
const notThere = moved({ toStart: 12n })
const shiftedLeaf = moved({ toStart: 14n })
const toMallory = moved({ to: mallory.account })
const toNobody = moved({ to: NOBODY })
const elsewhere = moved({ toHolding: 10n })
const beyondTree = moved({ toHolding: 25n })
const otherChain = moved({ chainId: 4_712n })
/** bob to alice: alice's unit 33 was bob's unit 9. */
const BACK = { ...ISSUE, from: bob.account, fromHolding: 9n, fromStart: 6n }
/** mallory to alice. */
const FROM_MALLORY = { ...ISSUE, from: mallory.account, fromHolding: 7n }
const TO_MALLORY = {
  ...ISSUE,
  from: bob.account,
  to: mallory.account,
  fromHolding: 9n,
  toHolding: 7n,
  toStart: 95n,
}

/** Each rule of a journey, broken on its own. Where a rule is one line, the circuit without that line must accept the forgery. */
export const JOURNEY_RULES: OriginRule[] = [
  {
    rule: 'a registration as a hop',
    mutant: [[HOP, 'attested * (1 - attested) === 0;']],
    forgery: { history: { ...HISTORY, 1: { ...ISSUE, flags: 2n } }, hops: issuedAs({ attested: 2n }) },
  },
  {
    rule: 'other serials, by a fromHolding that spills into toStart',
    mutant: [[HOP, 'AssertBits(HOLDING_BITS())(fromHolding);']],
    forgery: { hops: issuedAs({ fromHolding: 2n + (1n << 64n), offset: 4n, rest: 12n }) },
  },
  {
    rule: 'other serials, by a blockEra shifted through the packing',
    mutant: [[HOP, 'AssertBits(ERA_BITS())(blockEra);']],
    forgery: { hops: issuedAs({ blockEra: 6n + INVERSE(1n << 122n), offset: 4n, rest: 12n }) },
  },
  {
    rule: 'more units than a record moved, by a fromStart shifted through the packing',
    mutant: [[HOP, 'AssertBits(COUNTER_BITS())(fromStart);']],
    forgery: {
      hops: issuedAs({ fromStart: 100n - WRAP, rest: 14n }),
      claimed: { serialLo: R + 103n - WRAP, serialHi: R + 107n - WRAP },
    },
  },
  {
    rule: "units before a record's",
    mutant: [[HOP, 'AssertBits(AMOUNT_BITS())(offset);']],
    forgery: {
      history: beforeRecord.history,
      hops: [beforeRecord.hop, hopOf(ISSUE, 1, 0n), hopOf(ISSUE, 1, 0n)],
    },
  },
  {
    rule: "units behind a record's",
    mutant: [[HOP, 'AssertBits(AMOUNT_BITS())(rest);']],
    forgery: { history: behindRecord.history, hops: [behindRecord.hop, issue, issue] },
  },
  {
    rule: 'a toStart below 0, shifted through the packing',
    mutant: [[HOP, 'AssertBits(COUNTER_BITS())(toStart);']],
    forgery: {
      history: belowZero.history,
      hops: [{ ...belowZero.hop, attested: 1n }, hopOf(ISSUE, 1, 15n), hopOf(ISSUE, 1, 15n)],
    },
  },
  {
    rule: 'a record that is not in the history',
    mutant: [[PATH, 'first[l] * second[l] === 0;']],
    forgery: { history: { 1: ISSUE } },
  },
  {
    rule: 'another history',
    mutant: [[HOP, 'root === historyRoot;']],
    forgery: { claimed: { historyRoot: 5n } },
  },
  {
    rule: 'no units',
    mutant: [[JOURNEY, 'AssertBits(AMOUNT_BITS())(length - 1);']],
    forgery: {
      held: { newer: 8n },
      hops: [hopOf(TRANSFER, 6, 2n, 0n), hopOf(ISSUE, 1, 3n, 0n), hopOf(ISSUE, 1, 3n, 0n)],
      claimed: { length: 0n },
    },
  },
  {
    rule: 'units that moved on',
    mutant: [[JOURNEY, 'AssertBits(COUNTER_BITS())(older);']],
    forgery: {
      held: { older: R - 1n, newer: 11n },
      history: movedOn.history,
      hops: [movedOn.hop, issue, issue],
    },
  },
  {
    rule: 'units that did not arrive yet',
    mutant: [[JOURNEY, 'AssertBits(COUNTER_BITS())(newer);']],
    forgery: {
      held: { older: 11n, newer: R - 1n },
      history: notThere.history,
      hops: [notThere.hop, issue, issue],
    },
  },
  {
    rule: 'units that moved on, by counters of the holding shifted through the packing',
    mutant: [[JOURNEY, 'AssertBits(COUNTER_BITS())(inTotal);']],
    forgery: {
      leaf: { inTotal: 17n, outTotal: 17n },
      held: { outTotal: 16n, older: 0n, newer: WRAP - 3n },
      history: shiftedLeaf.history,
      hops: [shiftedLeaf.hop, issue, issue],
    },
  },
  {
    rule: 'another holder',
    mutant: [[PATH, 'own[l].out === below;']],
    forgery: {
      held: { account: mallory.account },
      history: toMallory.history,
      hops: [toMallory.hop, issue, issue],
      by: mallory,
    },
  },
  {
    rule: 'a holding that is not at its index',
    mutant: [[PATH, 'own[l].out === below;']],
    forgery: {
      held: { holding: 10n },
      history: elsewhere.history,
      hops: [elsewhere.hop, issue, issue],
    },
  },
  {
    rule: 'an index beyond the state tree',
    forgery: {
      held: { holding: 25n },
      history: beyondTree.history,
      hops: [beyondTree.hop, issue, issue],
    },
  },
  {
    rule: 'another state',
    mutant: [[JOURNEY, 'state.node === stateRoot;']],
    forgery: { claimed: { stateRoot: 5n } },
  },
  {
    rule: 'an end that is no mint holding',
    mutant: [[JOURNEY, 'hop[hops - 1].isIssue === 1;']],
    forgery: {
      history: { 1: FROM_MALLORY, 2: TO_MALLORY, 6: TRANSFER },
      hops: [transfer, hopOf(FROM_MALLORY, 1, 3n), hopOf(TO_MALLORY, 2, 8n)],
    },
  },
  {
    rule: 'a circle',
    mutant: [[JOURNEY, 'hop[hops - 1].isIssue === 1;']],
    forgery: { history: { 1: BACK, 6: TRANSFER }, hops: [transfer, hopOf(BACK, 1, 3n), transfer] },
  },
  { rule: 'a hop that is skipped', forgery: { hops: [issue, issue, issue] } },
  { rule: 'a hop that is taken twice', forgery: { hops: [transfer, transfer, issue] } },
  { rule: 'a hop behind the issue', forgery: { hops: [transfer, issue, transfer] } },
  {
    rule: 'a record of another chain',
    forgery: { history: otherChain.history, hops: [otherChain.hop, issue, issue] },
  },
  {
    rule: 'a record of another asset',
    forgery: { leaf: { assetId: ASSET + 1n }, claimed: { assetId: ASSET + 1n } },
  },
  {
    rule: 'a holding of another asset',
    mutant: [[PATH, 'own[l].out === below;']],
    forgery: { leaf: { assetId: ASSET + 1n } },
  },
]

/** Each other rule of an origin, likewise. */
export const ORIGIN_RULES: OriginRule[] = [
  {
    rule: 'a serial below the range',
    mutant: [[ORIGIN, 'AssertBits(COUNTER_BITS())(journey.serial - serialLo);']],
    forgery: { claimed: { serialLo: 104n } },
  },
  {
    rule: 'a serial above the range',
    mutant: [[ORIGIN, 'AssertBits(COUNTER_BITS())(serialHi - journey.serial - length);']],
    forgery: { claimed: { serialHi: 106n } },
  },
  {
    rule: 'a commitment to other units',
    mutant: [[ORIGIN, 'commit === endCommit;']],
    forgery: { claimed: { endCommit: 5n } },
  },
  {
    rule: 'a holder that is neither proven nor not',
    mutant: [[ORIGIN, 'holderProven * (1 - holderProven) === 0;']],
    forgery: { claimed: { holderProven: 2n } },
  },
  {
    rule: "another's key",
    mutant: [[ORIGIN, 'holderProven * (keyAccount - account) === 0;']],
    forgery: { by: alice },
  },
  {
    rule: 'no signature at all',
    mutant: [[ORIGIN, 'holderProven * eddsa.isIdentity === 0;']],
    forgery: {
      held: { account: NOBODY },
      leaf: { account: NOBODY },
      history: toNobody.history,
      hops: [toNobody.hop, issue, issue],
      by: null,
      claimed: { holderProven: 1n },
    },
  },
  {
    rule: 'a signature for another purpose',
    mutant: [
      [EDDSA, 'left.out[0] === sum.xout;'],
      [EDDSA, 'left.out[1] === sum.yout;'],
    ],
    forgery: { signed: { purpose: 31_338n } },
  },
]

/** Valid origins. */
export const ORIGIN_GOOD: [what: string, origin: OriginForgery][] = [
  ['two hops', {}],
  ['two hops, without the holder', { by: null }],
  [
    'attested records',
    {
      history: { 1: { ...ISSUE, flags: 1n }, 6: { ...TRANSFER, flags: 1n } },
      hops: [
        { ...transfer, attested: 1n },
        { ...issue, attested: 1n },
        { ...issue, attested: 1n },
      ],
    },
  ],
  [
    'three hops',
    {
      history: { 1: FROM_MALLORY, 2: { ...TO_MALLORY, from: 0n, fromHolding: 2n }, 6: TRANSFER },
      hops: [
        transfer,
        hopOf(FROM_MALLORY, 1, 3n),
        hopOf({ ...TO_MALLORY, from: 0n, fromHolding: 2n }, 2, 8n),
      ],
    },
  ],
  [
    'one hop',
    {
      history: { 1: { ...TRANSFER, from: 0n } },
      hops: Array(3).fill(hopOf({ ...TRANSFER, from: 0n }, 1, 2n)),
    },
  ],
]
