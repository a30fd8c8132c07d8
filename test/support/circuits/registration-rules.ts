import { R } from '../../../src/crypto/field.ts'
import { bob, issuer, lot, mallory } from './forgery.ts'
import { attested, INVERSE, mintLeaf, type Rule, registered, SLOT, WRAP } from './rule.ts'

/** The registration of an asset. */
export const REGISTRATION_RULES: Rule[] = [
  {
    rule: 'a registration by an account that is not the issuer',
    mutant: [[SLOT, 'register * (from - issuer) === 0;']],
    forgery: () => ({ slot: { ...registered, from: mallory.account }, leaves: [], by: mallory }),
  },
  {
    rule: 'a registration of less than the cap',
    mutant: [[SLOT, 'register * (amount - cap) === 0;']],
    forgery: () => ({
      slot: { ...registered, amount: lot.cap - 1n },
      leaves: [],
      by: issuer,
    }),
  },
  {
    rule: 'a registration of another definition',
    mutant: [[SLOT, 'register * (memo - definitionHash) === 0;']],
    forgery: () => ({ slot: { ...registered, memo: 5n }, leaves: [], by: issuer }),
  },
  {
    rule: 'a registration into a holding other than the mint’s',
    mutant: [[SLOT, 'real * (toMint - register) === 0;']],
    forgery: () => ({ slot: { ...registered, to: bob.account }, leaves: [], by: issuer }),
  },
  {
    rule: 'a registration over an existing leaf',
    forgery: () => ({
      slot: { ...registered, toStart: 1000n, receiverOutTotal: 100n },
      leaves: [mintLeaf],
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
      by: issuer,
    }),
  },
  {
    rule: 'a registration whose sender is another holding',
    mutant: [[SLOT, 'register * (fromHolding - toHolding) === 0;']],
    forgery: () => ({ slot: { ...registered, fromHolding: 20n }, leaves: [], by: issuer }),
  },
  {
    rule: 'a registration with a balance other than the cap',
    mutant: [[SLOT, 'register * (senderInTotal - cap) === 0;']],
    forgery: () => ({ slot: { ...registered, senderInTotal: lot.cap + 1n }, leaves: [], by: issuer }),
  },
  {
    rule: 'a registration with a fromStart below 0',
    mutant: [[SLOT, 'register * fromStart === 0;']],
    forgery: () => ({ slot: { ...registered, fromStart: R - 5n }, leaves: [], by: issuer }),
  },
  {
    rule: "a registration in another's name",
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
    forgery: () => ({ slot: registered, leaves: [], by: mallory }),
  },
  {
    rule: 'an attested registration of an EdDSA issuer',
    mutant: [[SLOT, 'real * (account - signer) === 0;']],
    forgery: () => ({ slot: { ...registered, ...attested, spkiHash: 5n }, leaves: [], by: null }),
  },
  {
    rule: 'a registration whose issuer signed the fields of its record as a transfer',
    forgery: () => ({ slot: registered, leaves: [], by: issuer, signs: 'transfer' }),
  },
  {
    rule: 'a transfer whose sender signed the registration of the asset',
    forgery: () => ({ signs: 'register' }),
  },
]
