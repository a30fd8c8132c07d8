import { babyjubjub } from '@noble/curves/misc.js'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { alice, bob, carol, carolsLot, type Forgery, issuer, type Leaf, lot } from './forgery.ts'

/** A statement in a file under circuits/. */
export type Line = [file: string, line: string]

/** A rule of a batch, and how it is broken on its own. */
export interface Rule {
  rule: string
  /** The lines of the sources without which the forgery passes. */
  mutant?: Line[]
  /** A part of the sources with another in its place, with which the forgery passes. */
  replaced?: [...line: Line, by: string]
  /** Other lines that must be gone too, because they reject it for a reason that has nothing to do with the rule. Alone they do not let it pass. */
  without?: Line[]
  forgery: () => Forgery
}

export const SLOT = 'lib/slot.circom'
export const BITS = 'lib/bits.circom'
export const EDDSA = 'lib/eddsa.circom'
/** In a batch of one slot, no slot may be empty. */
export const FIRST: Line = ['batch.circom', 'slot[0].real === 1;']

/** The inverse modulo r. */
export const INVERSE = (x: bigint) => babyjubjub.Point.Fp.inv(x)
/** The first number that is no counter. */
export const WRAP = 1n << 120n

export const aliceLeaf: Leaf = { index: 5, account: alice.account, inTotal: 100n, outTotal: 60n }
export const bobLeaf: Leaf = { index: 9, account: bob.account, inTotal: 10n, outTotal: 3n }
export const carolLeaf: Leaf = { ...aliceLeaf, account: carol.account }
export const mintLeaf: Leaf = { index: 2, account: MINT, inTotal: 1000n, outTotal: 100n }
export const retiredLeaf: Leaf = { index: 3, account: RETIRED, inTotal: 50n, outTotal: 0n }

/** Slots, as they differ from a proven transfer of alice to bob. */
export const issue = { from: MINT, fromStart: 100n, fromHolding: 2n, senderInTotal: 1000n }
export const attested = { proven: 0n, attested: 1n }
export const registered = {
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
export const emptied = { proven: 0n, amount: 0n, era: 0n, blockEra: 0n, memo: 0n }

/** The registration of an asset of carol. */
export const attestedRegistration: Forgery = {
  slot: {
    ...{ ...registered, ...attested, ...carolsLot },
    ...{
      from: carol.account,
      amount: carolsLot.cap,
      memo: carolsLot.definitionHash,
      senderInTotal: carolsLot.cap,
    },
  },
  leaves: [],
  by: carol,
}
/** A transfer of carol, whose account is of an RSA key. */
export const attestedTransfer: Forgery = {
  slot: { ...attested, from: carol.account },
  leaves: [carolLeaf, bobLeaf],
  by: carol,
}
