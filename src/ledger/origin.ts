import { tag } from '../crypto/h31.ts'
import type { Poseidon } from '../crypto/poseidon.ts'

// What origin proofs commit to and sign. PROTOCOL.md, "Origin proofs".
export const END_TAG = tag('end')
export const ORIGIN_TAG = tag('origin')

/** Units in their holding: those from `unit` on, counted as the holding's arrivals. */
export interface HeldUnits {
  account: bigint
  holding: number
  unit: bigint
}

/** Commits to the units whose origin is proven: Poseidon(END_TAG, account, holding, unit, salt). A random salt hides them. */
export function endCommitOf(poseidon: Poseidon, { account, holding, unit }: HeldUnits, salt: bigint): bigint {
  return poseidon.hash([END_TAG, account, BigInt(holding), unit, salt])
}

/** What the holder signs: Poseidon(ORIGIN_TAG, purpose, historyRoot, stateRoot, endCommit). */
export function originMessage(
  poseidon: Poseidon,
  {
    purpose,
    historyRoot,
    stateRoot,
    endCommit,
  }: Pick<OriginSignals, 'purpose' | 'historyRoot' | 'stateRoot' | 'endCommit'>,
): bigint {
  return poseidon.hash([ORIGIN_TAG, purpose, historyRoot, stateRoot, endCommit])
}

/** The public signals of an origin proof. */
export interface OriginSignals {
  chainId: bigint
  /** Both roots are of one header. */
  stateRoot: bigint
  historyRoot: bigint
  assetId: bigint
  /** Number of units, at least 1. */
  length: bigint
  /** Their serials are in [serialLo, serialHi). */
  serialLo: bigint
  serialHi: bigint
  endCommit: bigint
  /** H31 of the text that says what the proof is made for. */
  purpose: bigint
  /** 1 if the holder's signature is checked in the proof, otherwise 0. */
  holderProven: bigint
}

/** Order of the public signals in a proof. */
export const ORIGIN_SIGNALS = [
  'chainId',
  'stateRoot',
  'historyRoot',
  'assetId',
  'length',
  'serialLo',
  'serialHi',
  'endCommit',
  'purpose',
  'holderProven',
] as const satisfies (keyof OriginSignals)[]

/** Public signals in snarkjs's format: a list of decimal strings. */
export function originSignalsJson(signals: OriginSignals): string[] {
  return ORIGIN_SIGNALS.map((name) => signals[name].toString())
}
