import { R } from '../../../src/crypto/field.ts'
import { recordHash, transferHash } from '../../../src/ledger/hashes.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { alice, bob, CHAIN, issuer, lot, mallory, reinstatableLot } from './forgery.ts'
import { aliceLeaf, bobLeaf, INVERSE, issue, mintLeaf, type Rule, retiredLeaf, SLOT, WRAP } from './rule.ts'

/** Units, parties, assets and leaves. */
export const TRANSFER_RULES: Rule[] = [
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
    rule: "a receiver's counters that go round through 0",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(toStart);']],
    forgery: () => ({
      slot: { toStart: R - 1n, receiverOutTotal: 4n },
      leaves: [aliceLeaf, { ...bobLeaf, inTotal: WRAP - 1n }],
    }),
  },
  {
    rule: 'a fromStart of 2^120',
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal - fromStart - amount);']],
    forgery: () => ({ slot: { fromStart: WRAP }, leaves: [{ ...aliceLeaf, outTotal: WRAP }, bobLeaf] }),
  },
  {
    rule: 'a fromStart below 0',
    mutant: [['lib/tree.circom', 'own[l].out === old;']],
    forgery: () => ({ slot: { fromStart: R - 1n } }),
  },
  {
    rule: "a fromStart out of range that has the same packing as the leaf's counters",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal - fromStart - amount);']],
    forgery: () => ({ slot: { fromStart: (60n - INVERSE(WRAP) + R) % R, senderInTotal: 101n } }),
  },
  {
    rule: 'an era of more than 48 bits in the place of the one that the record in the history has',
    mutant: [['batch.circom', 'records.root === recordsRoot;']],
    forgery: () => ({ slot: { era: 7n + (1n << 48n) }, claimed: { recordsRoot: recordInHistory() } }),
  },
]

/** The leaf of the transfer that the forgeries change. */
function recordInHistory(): bigint {
  const transfer = {
    ...{ chainId: CHAIN, from: alice.account, to: bob.account, assetId: lot.assetId },
    ...{ fromStart: 60n, amount: 5n, era: 7, memo: 99n },
  }
  const place = { position: 3, fromHolding: 5, toHolding: 9, toStart: 10n, blockEra: 8 }
  const hash = transferHash(poseidon, transfer)
  return recordHash(poseidon, { ...transfer, ...place, hash, kind: 'transfer', flags: 0 }, CHAIN)
}
