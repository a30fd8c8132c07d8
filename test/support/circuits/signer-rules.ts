import { RSA_TAG } from '../../../src/crypto/account.ts'
import { decodeEddsaKey, SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { alice, carol, mallory } from './forgery.ts'
import {
  aliceLeaf,
  attested,
  attestedTransfer,
  BITS,
  bobLeaf,
  carolLeaf,
  EDDSA,
  issue,
  mintLeaf,
  type Rule,
  SLOT,
} from './rule.ts'
import { lowScalar, otherHalf } from './special-signatures.ts'

const aliceKey = decodeEddsaKey(alice.publicKey.bytes)

/** Who signed a record, and its signature. */
export const SIGNER_RULES: Rule[] = [
  {
    rule: "a key that is not the signer's",
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
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
      [EDDSA, 'BabyCheck()(keyEighth[0], keyEighth[1]);'],
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
    mutant: [[BITS, '(1 - tied[i] - bits[i]) * bits[i] === 0;']],
    forgery: () => lowScalar(),
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
    rule: 'an attested transfer of an EdDSA account',
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
    forgery: () => ({ slot: { ...attested, spkiHash: 5n }, by: null }),
  },
  {
    rule: 'an attested issue of an asset whose issuer is an EdDSA account',
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
    forgery: () => ({
      slot: { ...attested, ...issue, spkiHash: 5n },
      leaves: [mintLeaf, bobLeaf],
      by: null,
    }),
  },
  {
    rule: "an attested record of another RSA account than the signer's",
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
    forgery: () => ({ ...attestedTransfer, slot: { ...attestedTransfer.slot, spkiHash: 5n } }),
  },
  {
    rule: 'an EdDSA account opened as an RSA account, as it could be if RSA_TAG were the x of its key',
    replaced: [SLOT, 'attested * (RSA_TAG() - eddsa.key[0])', `attested * (${aliceKey.x} - eddsa.key[0])`],
    forgery: () => ({ slot: { ...attested, spkiHash: aliceKey.y }, by: null }),
  },
  {
    rule: 'a point whose x is RSA_TAG as the key of an RSA account',
    forgery: () => ({
      slot: { from: carol.account },
      leaves: [carolLeaf, bobLeaf],
      by: null,
      alter: () => ({ keyEighth: [RSA_TAG, h31(carol.publicKey.bytes)] }),
    }),
  },
  {
    rule: 'a proven transfer with the hash of an RSA key',
    mutant: [[SLOT, '(1 - attested) * spkiHash === 0;']],
    forgery: () => ({ slot: { spkiHash: 5n } }),
  },
]
