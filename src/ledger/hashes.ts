import { tag } from '../crypto/h31.ts'
import { hashAll, type Poseidon } from '../crypto/poseidon.ts'
import type { Transfer } from './action.ts'
import type { LedgerRecord } from './record.ts'
import type { Holding } from './state.ts'

// The hashes that TypeScript and the circuits both compute, with the fields in the same order. PROTOCOL.md, "Hashes".
export const TRANSFER_TAG = tag('transfer')
export const REGISTER_TAG = tag('register')

/** Poseidon(TRANSFER_TAG, chainId, from, to, assetId, fromStart + 2^120 * amount, era, memo). */
export function transferHash(poseidon: Poseidon, transfer: Transfer): bigint {
  return poseidon.hash(transferInputs(transfer))
}

/** What transferHash is the hash of. */
export function transferInputs(t: Transfer): bigint[] {
  const units = t.fromStart + (t.amount << 120n)
  return [TRANSFER_TAG, t.chainId, t.from, t.to, t.assetId, units, BigInt(t.era), t.memo]
}

/** Poseidon(REGISTER_TAG, chainId, assetId, era). */
export function registerHash(poseidon: Poseidon, chainId: bigint, assetId: bigint, era: number): bigint {
  return poseidon.hash(registerInputs(chainId, assetId, era))
}

/** What registerHash is the hash of. */
export function registerInputs(chainId: bigint, assetId: bigint, era: number): bigint[] {
  return [REGISTER_TAG, chainId, assetId, BigInt(era)]
}

/** Number of words of a record. */
export const RECORD_WORDS = 7

/**
 * What a record's leaf is the hash of, as seven field elements: from, to, assetId, fromStart + 2^120 * amount, era, memo, and the second input of
 * recordHash. PROTOCOL.md, "Data of batches".
 */
export function recordWords(record: LedgerRecord): bigint[] {
  const { from, to, assetId, fromStart, amount, era, memo } = record
  return [from, to, assetId, fromStart + (amount << 120n), BigInt(era), memo, packRecord(record)]
}

/**
 * A record's leaf in the history tree: Poseidon(transferHash, fromHolding + 2^32 * toHolding + 2^64 * toStart +
 * 2^184 * flags + 2^186 * blockEra). For a register, transferHash is computed from the fields of its record, so that all leaves have the same
 * structure; its issuer signed the registerHash.
 */
export function recordHash(poseidon: Poseidon, record: LedgerRecord, chainId: bigint): bigint {
  return recordHashes(poseidon, [record], chainId)[0]!
}

/** The leaves of many records, in their order. */
export function recordHashes(
  poseidon: Poseidon,
  records: readonly LedgerRecord[],
  chainId: bigint,
): bigint[] {
  const registers = records.filter(({ kind }) => kind === 'register')
  const contents = hashAll(
    poseidon,
    registers.map((record) => transferInputs({ ...record, chainId })),
  )
  let next = 0
  const contentOf = ({ kind, hash }: LedgerRecord) => (kind === 'register' ? contents[next++]! : hash)
  return hashAll(
    poseidon,
    records.map((record) => [contentOf(record), packRecord(record)]),
  )
}

/** The second input of a record's hash: the holdings and coordinates between which it moved units, its flags and the block's era. */
export function packRecord(record: LedgerRecord): bigint {
  return (
    BigInt(record.fromHolding) +
    (BigInt(record.toHolding) << 32n) +
    (record.toStart << 64n) +
    (BigInt(record.flags) << 184n) +
    (BigInt(record.blockEra) << 186n)
  )
}

/** A holding's leaf in the state tree: Poseidon(account, assetId, inTotal + 2^120 * outTotal). */
export function leafHash(poseidon: Poseidon, holding: Holding): bigint {
  return poseidon.hash(leafInputs(holding))
}

/** The leaves of many holdings, in their order; 0 for one that is not open. */
export function leafHashes(poseidon: Poseidon, holdings: readonly (Holding | undefined)[]): bigint[] {
  const open = holdings.filter((holding) => holding !== undefined)
  const hashes = hashAll(poseidon, open.map(leafInputs))
  let next = 0
  return holdings.map((holding) => (holding === undefined ? 0n : hashes[next++]!))
}

const leafInputs = ({ account, assetId, inTotal, outTotal }: Holding) => [
  account,
  assetId,
  inTotal + (outTotal << 120n),
]
