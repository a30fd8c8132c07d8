import { babyjubjub } from '@noble/curves/misc.js'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { alice, bob, type Forgery, issuer, type Leaf, lot, mallory, reinstatableLot } from './forgery.ts'

const INVERSE = (x: bigint) => babyjubjub.Point.Fp.inv(x)
const WRAP = 1n << 120n

export const aliceLeaf: Leaf = { index: 5, account: alice.account, inTotal: 100n, outTotal: 60n }
export const bobLeaf: Leaf = { index: 9, account: bob.account, inTotal: 10n, outTotal: 3n }
export const mintLeaf: Leaf = { index: 2, account: MINT, inTotal: 1000n, outTotal: 100n }
const retiredLeaf: Leaf = { index: 3, account: RETIRED, inTotal: 50n, outTotal: 0n }
export const issue = { from: MINT, fromStart: 100n, fromHolding: 2n, senderInTotal: 1000n }
export const registered = {
  proven: 0n,
  register: 1n,
  from: issuer.account,
  to: MINT,
  fromStart: 0n,
  amount: lot.cap,
  memo: lot.definitionHash,
  toStart: 0n,
  fromHolding: 2n,
  toHolding: 2n,
  senderInTotal: lot.cap,
  receiverOutTotal: 0n,
}

/** A statement in a file under circuits/. */
export type Line = [file: string, line: string]

export interface Rule {
  rule: string
  /** The lines of the sources without which the forgery passes. */
  mutant?: Line[]
  /** Other lines that must be gone too, because they reject it for a reason that has nothing to do with the rule. Alone they do not let it pass. */
  without?: Line[]
  forgery: () => Forgery
}

const SLOT = 'lib/slot.circom'
const BITS = 'lib/bits.circom'
const EDDSA = 'lib/eddsa.circom'
/** In a batch of one slot, no slot may be empty. */
const FIRST: Line = ['batch.circom', 'slot[0].real === 1;']

/** Each rule of a batch, broken on its own. Where a rule is one line, the circuit without that line must accept the forgery. */
export const RULES: Rule[] = [
  {
    rule: 'an amount of 0',
    mutant: [[SLOT, 'noAmount === 1 - real;']],
    forgery: () => ({ slot: { amount: 0n } }),
  },
  {
    rule: 'an amount of 2^112',
    mutant: [[SLOT, 'AssertBits(AMOUNT_BITS())(amount);']],
    forgery: () => ({
      slot: { amount: 1n << 112n, senderInTotal: 1n << 113n },
      leaves: [{ ...aliceLeaf, inTotal: 1n << 113n }, bobLeaf],
    }),
  },
  {
    rule: 'a negative amount',
    forgery: () => ({ slot: { amount: R - 5n } }),
  },
  {
    rule: 'more than the balance',
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal - fromStart - amount);']],
    forgery: () => ({ slot: { amount: 41n } }),
  },
  {
    rule: "a sender's counters shifted through the packing, to spend more than the balance",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal);']],
    forgery: () => ({ slot: { senderInTotal: 100n + WRAP, fromStart: 59n, amount: 50n } }),
  },
  {
    rule: "a receiver's inTotal beyond 120 bits",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(toStart + amount);']],
    forgery: () => ({
      slot: { toStart: WRAP - 1n },
      leaves: [aliceLeaf, { ...bobLeaf, inTotal: WRAP - 1n }],
    }),
  },
  {
    rule: "a receiver's counters shifted through the packing, to move where its units begin",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(receiverOutTotal);']],
    forgery: () => ({ slot: { toStart: 7n, receiverOutTotal: (3n + 3n * INVERSE(WRAP)) % R } }),
  },
  {
    rule: 'an attested record counted as proven, by an era shifted through the packing',
    mutant: [[SLOT, 'AssertBits(ERA_BITS())(blockEra);']],
    forgery: () => ({ slot: { blockEra: (8n + INVERSE(1n << 8n)) % R } }),
  },
  {
    rule: 'a sender that is its own receiver',
    mutant: [[SLOT, 'real * toItself === 0;']],
    forgery: () => ({
      slot: { to: alice.account, toHolding: 5n, toStart: 100n, receiverOutTotal: 65n },
    }),
  },
  {
    rule: 'a transfer to MINT',
    mutant: [[SLOT, 'real * (toMint - register) === 0;']],
    forgery: () => ({
      slot: { to: MINT, toHolding: 2n, toStart: 1000n, receiverOutTotal: 100n },
      leaves: [aliceLeaf, mintLeaf],
    }),
  },
  {
    rule: 'units from MINT to RETIRED',
    mutant: [[SLOT, 'fromMint * toRetired === 0;']],
    forgery: () => ({
      slot: { ...issue, to: RETIRED, toHolding: 3n, toStart: 50n, receiverOutTotal: 0n },
      leaves: [mintLeaf, retiredLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'units out of RETIRED of an asset that cannot be reinstated',
    mutant: [[SLOT, 'fromRetired * (1 - reinstatable) === 0;']],
    forgery: () => ({
      slot: { from: RETIRED, fromStart: 0n, fromHolding: 3n, senderInTotal: 50n },
      leaves: [retiredLeaf, bobLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'an asset opened as reinstatable that is not',
    mutant: [[SLOT, 'opened === assetId;']],
    forgery: () => ({
      slot: { from: RETIRED, fromStart: 0n, fromHolding: 3n, senderInTotal: 50n, reinstatable: 1n },
      leaves: [retiredLeaf, bobLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'an issue by an account that is not the issuer',
    mutant: [[SLOT, 'opened === assetId;']],
    forgery: () => ({
      slot: { ...issue, issuer: mallory.account },
      leaves: [mintLeaf, bobLeaf],
      by: mallory,
    }),
  },
  {
    rule: 'a new receiver that has already sent units',
    mutant: [[SLOT, 'opens * receiverOutTotal === 0;']],
    forgery: () => ({ slot: { toStart: 0n, receiverOutTotal: 5n }, leaves: [aliceLeaf] }),
  },
  {
    rule: 'a new receiver over an existing leaf',
    mutant: [['lib/tree.circom', 'own[l].out === old;']],
    forgery: () => ({ slot: { to: mallory.account, toStart: 0n, receiverOutTotal: 0n } }),
  },
  {
    rule: 'a leaf at another index',
    mutant: [['lib/tree.circom', 'own[l].out === old;']],
    forgery: () => ({ slot: { fromHolding: 6n } }),
  },
  {
    rule: 'a path that leads to another node under the root',
    mutant: [['lib/tree.circom', 'topOwn.out === old;']],
    // The index of bob's leaf with other high bits: another of the nodes, to which the path does not lead.
    forgery: () => ({ slot: { toHolding: 13n }, receiverPathTo: 9n }),
  },
  {
    rule: 'an index of more bits than the tree has levels',
    forgery: () => ({ slot: { toHolding: 9n + 64n } }),
  },
  {
    rule: "a key that is not the signer's",
    mutant: [[SLOT, 'proven * (account - signer) === 0;']],
    forgery: () => ({ by: mallory }),
  },
  {
    rule: 'no signature, from the account of the identity key',
    mutant: [[SLOT, 'proven * eddsa.isIdentity === 0;']],
    forgery: () => ({
      slot: { from: poseidon.hash([0n, 1n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, 1n]) }, bobLeaf],
      by: null,
    }),
  },
  {
    rule: 'a key of small order',
    forgery: () => ({
      slot: { from: poseidon.hash([0n, R - 1n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, R - 1n]) }, bobLeaf],
      by: null,
      alter: () => ({ keyEighth: [0n, R - 1n] }),
    }),
  },
  {
    rule: 'a key off the curve',
    mutant: [
      ['lib/eddsa.circom', 'BabyCheck()(keyEighth[0], keyEighth[1]);'],
      [SLOT, 'proven * eddsa.isIdentity === 0;'],
    ],
    forgery: () => ({
      slot: { from: poseidon.hash([0n, 0n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, 0n]) }, bobLeaf],
      by: null,
      alter: () => ({ keyEighth: [0n, 0n] }),
    }),
  },
  {
    rule: 'R8 off the curve',
    forgery: () => ({ alter: ({ r8: [x, y] }) => ({ r8: [x! + 1n, y!] }) }),
  },
  {
    rule: 'S + l',
    mutant: [['lib/bits.circom', '(1 - tied[i] - bits[i]) * bits[i] === 0;']],
    forgery: () => lowScalar(),
  },
  {
    rule: 'an index of the batch of more than 32 bits',
    mutant: [['batch.circom', 'AssertBits(COUNT_BITS())(index);']],
    forgery: () => ({ claimed: { index: 1n << 32n } }),
  },
  {
    rule: 'the recordsRoot of another batch',
    mutant: [['batch.circom', 'records.root === recordsRoot;']],
    forgery: () => ({ claimed: { recordsRoot: 12_345n } }),
  },
  {
    rule: 'another stateRootBefore',
    mutant: [['batch.circom', 'before === stateRootBefore;']],
    forgery: () => ({ claimed: { stateRootBefore: 12_345n } }),
  },
  {
    rule: 'another stateRootAfter',
    mutant: [['batch.circom', 'after === stateRootAfter;']],
    forgery: () => ({ claimed: { stateRootAfter: 12_345n } }),
  },
  {
    rule: 'an attested slot counted as proven',
    mutant: [['batch.circom', 'counts === provenCount + attestedCount * 2**COUNT_BITS();']],
    forgery: () => ({ slot: { proven: 0n, attested: 1n }, by: null, claimed: { counts: 1n } }),
  },
  {
    rule: 'a batch without a record',
    mutant: [['batch.circom', 'slot[0].real === 1;']],
    forgery: () => ({ slot: { ...emptied }, by: null }),
  },
  {
    rule: 'an empty slot that opens a leaf',
    mutant: [[SLOT, 'opens * (1 - real) === 0;']],
    without: [FIRST],
    forgery: () => ({
      slot: { ...emptied, toStart: 0n, receiverOutTotal: 0n, toHolding: 20n, to: mallory.account },
      by: null,
      leaves: [aliceLeaf],
    }),
  },
  {
    rule: 'a registration by an account that is not the issuer',
    mutant: [[SLOT, 'register * (from - issuer) === 0;']],
    forgery: () => ({ slot: { ...registered, from: mallory.account }, leaves: [], by: null }),
  },
  {
    rule: 'a registration of less than the cap',
    mutant: [[SLOT, 'register * (amount - cap) === 0;']],
    forgery: () => ({
      slot: { ...registered, amount: lot.cap - 1n },
      leaves: [],
      by: null,
    }),
  },
  {
    rule: 'a registration of another definition',
    mutant: [[SLOT, 'register * (memo - definitionHash) === 0;']],
    forgery: () => ({ slot: { ...registered, memo: 5n }, leaves: [], by: null }),
  },
  {
    rule: 'a registration into a holding other than the mint’s',
    mutant: [[SLOT, 'real * (toMint - register) === 0;']],
    forgery: () => ({ slot: { ...registered, to: bob.account }, leaves: [], by: null }),
  },
  {
    rule: 'a registration over an existing leaf',
    forgery: () => ({
      slot: { ...registered, toStart: 1000n, receiverOutTotal: 100n },
      leaves: [mintLeaf],
      by: null,
    }),
  },
  {
    rule: 'a decimals field of more than 8 bits',
    mutant: [[SLOT, 'AssertBits(DECIMALS_BITS())(decimals);']],
    // decimals of 256 packs as a reinstatable asset of 0 decimals.
    forgery: () => ({
      slot: { ...reinstatableLot, decimals: 256n, reinstatable: 0n },
    }),
  },
  {
    rule: 'an asset that cannot be reinstated opened as one that can, by a cap below 0',
    mutant: [[SLOT, 'AssertBits(AMOUNT_BITS())(cap);']],
    forgery: () => ({
      slot: {
        from: RETIRED,
        fromStart: 0n,
        fromHolding: 3n,
        senderInTotal: 50n,
        reinstatable: 1n,
        cap: (R + lot.cap - WRAP) % R,
      },
      leaves: [retiredLeaf, bobLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'a registration of more than the cap, by a fraction as reinstatable',
    mutant: [[SLOT, 'reinstatable * (1 - reinstatable) === 0;']],
    forgery: () => ({
      slot: {
        ...registered,
        cap: lot.cap + 1n,
        amount: lot.cap + 1n,
        senderInTotal: lot.cap + 1n,
        reinstatable: R - INVERSE(WRAP),
      },
      leaves: [],
      by: null,
    }),
  },
  {
    rule: "a receiver's counters that go round through 0",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(toStart);']],
    forgery: () => ({
      slot: { toStart: R - 1n, receiverOutTotal: 4n },
      leaves: [aliceLeaf, { ...bobLeaf, inTotal: WRAP - 1n }],
    }),
  },
  {
    rule: 'a registration that is counted as attested twice and as proven less than never',
    mutant: [[SLOT, 'proven * (1 - proven) === 0;']],
    forgery: () => ({
      slot: { ...registered, proven: R - 1n, attested: 1n },
      leaves: [],
      by: issuer,
    }),
  },
  {
    rule: 'a registration recorded as a transfer, by less than no attestation',
    mutant: [[SLOT, 'attested * (1 - attested) === 0;']],
    forgery: () => ({
      slot: { ...registered, proven: 1n, attested: R - 1n },
      leaves: [],
      by: issuer,
    }),
  },
  {
    rule: 'a registration whose sender is another holding',
    mutant: [[SLOT, 'register * (fromHolding - toHolding) === 0;']],
    forgery: () => ({ slot: { ...registered, fromHolding: 20n }, leaves: [], by: null }),
  },
  {
    rule: 'a registration with a balance other than the cap',
    mutant: [[SLOT, 'register * (senderInTotal - cap) === 0;']],
    forgery: () => ({ slot: { ...registered, senderInTotal: lot.cap + 1n }, leaves: [], by: null }),
  },
  {
    rule: 'S with bits above the 251 that are read',
    mutant: [[BITS, 'sum === in;']],
    forgery: () => ({ alter: ({ s }) => ({ s: s + (1n << 251n) }) }),
  },
  {
    rule: 'S negated, for a sum with another x',
    mutant: [[EDDSA, 'left.out[0] === sum.xout;']],
    forgery: () => ({ alter: ({ s }) => ({ s: SUBGROUP_ORDER - s }) }),
  },
  {
    rule: 'a sum with another y, by an R8 outside the subgroup',
    mutant: [[EDDSA, 'left.out[1] === sum.yout;']],
    forgery: () => otherHalf(),
  },
  {
    rule: 'an empty slot that has an era',
    mutant: [[SLOT, '(1 - real) * (era + blockEra) === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, era: 7n }, by: null }),
  },
  {
    rule: 'an empty slot that has a memo',
    mutant: [[SLOT, '(1 - real) * memo === 0;']],
    without: [FIRST],
    forgery: () => ({ slot: { ...emptied, memo: 1n }, by: null }),
  },
]

const emptied = {
  proven: 0n,
  amount: 0n,
  era: 0n,
  blockEra: 0n,
  memo: 0n,
}

/** A signature whose S leaves room for l in 251 bits. */
function lowScalar(): Forgery {
  return {
    alter: ({ s }) => ({ s: s + SUBGROUP_ORDER }),
    until: ({ s }) => s + SUBGROUP_ORDER < 1n << 251n,
  }
}

/**
 * A signature whose sum R8 + 8 h A has the x of S B8 and the opposite y. Its R8 = r B8 + (0, -1) lies outside the subgroup, so that the sum is
 * -(S B8) + (0, -1) for S = -(r + 8 h a).
 */
function otherHalf(): Forgery {
  const { Point } = babyjubjub
  const [a, r] = [1_234_567n, 7_654_321n]
  const base = Point.fromAffine(BASE8)
  const [key, eighth] = [base.multiply(a), base.multiply((a * Point.Fn.inv(8n)) % SUBGROUP_ORDER)].map(
    (point) => point.toAffine(),
  ) as [Affine, Affine]
  const r8 = base
    .multiply(r)
    .add(Point.fromAffine({ x: 0n, y: R - 1n }))
    .toAffine()
  const account = poseidon.hash([key.x, key.y])
  return {
    slot: { from: account },
    leaves: [{ ...aliceLeaf, account }, bobLeaf],
    by: null,
    alter: () => ({ keyEighth: [eighth.x, eighth.y], r8: [r8.x, r8.y] }),
    finish: (message) => {
      const challenge = poseidon.hash([r8.x, r8.y, key.x, key.y, message])
      return { s: (2n * SUBGROUP_ORDER - ((r + 8n * challenge * a) % SUBGROUP_ORDER)) % SUBGROUP_ORDER }
    },
  }
}

interface Affine {
  x: bigint
  y: bigint
}

/** The base point of signatures: circomlib's Base8. */
const BASE8: Affine = {
  x: 5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  y: 16950150798460657717958625567821834550301663161624707787222815936182638968203n,
}

/** Constraint lines without which nothing more is accepted, and why. */
export const IMPLIED: [...line: Line, why: string][] = [
  [
    SLOT,
    'register * (1 - register) === 0;',
    'a record has toMint, a bit, as register; an empty slot has register * (1 - opens) = 0 and no opens',
  ],
  [SLOT, 'real * (1 - real) === 0;', 'three bits make 0 to 3, and noAmount, a bit, is 1 - real'],
  [
    SLOT,
    'AssertBits(COUNTER_BITS())(fromStart);',
    "it is the outTotal of the sender's leaf, whose counters have one decomposition; a registration has 0",
  ],
  [
    SLOT,
    'AssertBits(ERA_BITS())(era);',
    'an era is hashed alone, not packed: a wider one has a record that is in no history',
  ],
  [
    SLOT,
    'register * fromStart === 0;',
    'fromStart and the balance that is left, cap - fromStart - cap, both have 120 bits',
  ],
  [
    SLOT,
    'register * (1 - opens) === 0;',
    'the holding of a registration is empty: the update of the sender finds 0 at the same index',
  ],
  [
    EDDSA,
    'BabyCheck()(keyEighth[0], keyEighth[1]);',
    'no forgery is known with it alone: keys off the curve whose multiples are known have x = 0, and are the identity to isIdentity',
  ],
  [
    EDDSA,
    'BabyCheck()(r8[0], r8[1]);',
    'no forgery is known with it alone: the challenge depends on R8, so a sum cannot be solved for it',
  ],
]
