import { babyjubjub } from '@noble/curves/misc.js'
import type { CertifiedContent } from '../certificate/report.ts'
import { decodeEddsaKey, decodeEddsaSignature } from '../crypto/eddsa.ts'
import { multiproofPaths } from '../crypto/multiproof.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { leafHash, recordHash } from '../ledger/hashes.ts'
import type { OriginSignals } from '../ledger/origin.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import type { Hop, Way } from './way.ts'

/** An EdDSA key with its signature of the proof's message. */
export interface HolderSignature {
  publicKey: Uint8Array
  signature: Uint8Array
}

/** What is proven of a way. */
export interface Statement {
  signals: OriginSignals
  /** Hides what endCommit commits to. */
  salt: bigint
  /** Undefined if holderProven is 0. */
  signature: HolderSignature | undefined
}

/** The sizes of an origin circuit, as in circuits.json. */
export interface OriginDimensions {
  hops: number
  depth: number
}

/** Satisfies the signature's equation for every message, and counts as none. */
const UNSIGNED = { keyEighth: [0n, 1n], r8: [0n, 1n], s: 0n }

/**
 * The inputs of an origin circuit, named as its signals. A way of fewer hops repeats its issue.
 * @param content an intact certificate, which has the paths
 * @throws RangeError if the way has more hops; DecodeError if key or signature cannot be decoded
 */
export function originInput(
  poseidon: Poseidon,
  content: CertifiedContent,
  way: Way,
  { signals, salt, signature }: Statement,
  { hops, depth }: OriginDimensions,
) {
  if (way.hops.length > hops) throw new RangeError('more hops than the circuit has')
  const { holding, unit, length } = way
  const { holdings, stateSize, state } = content.certificate
  const leaves = holdings.map((one) => [one.index, leafHash(poseidon, one)] as const)
  const paths = historyPaths(poseidon, content)
  const walked = Array.from({ length: hops }, (_, i) =>
    hopInput(way.hops[i] ?? way.hops.at(-1)!, length, paths),
  )
  const perHop = Object.fromEntries(
    Object.keys(walked[0]!).map((name) => [name, walked.map((hop) => hop[name as keyof HopInput])]),
  ) as { [K in keyof HopInput]: HopInput[K][] }
  return {
    ...signals,
    account: holding.account,
    holding: BigInt(holding.index),
    outTotal: holding.outTotal,
    older: unit - holding.outTotal,
    newer: holding.inTotal - unit - length,
    salt,
    statePath: multiproofPaths(poseidon, leaves, stateSize, depth, state).get(holding.index)!,
    ...(signature === undefined ? UNSIGNED : signatureInput(signature)),
    ...perHop,
  }
}

type HopInput = ReturnType<typeof hopInput>

function hopInput({ record, offset }: Hop, length: bigint, paths: ReadonlyMap<number, bigint[][]>) {
  return {
    attested: BigInt(record.flags),
    from: record.from,
    fromHolding: BigInt(record.fromHolding),
    fromStart: record.fromStart,
    offset,
    rest: record.amount - offset - length,
    era: BigInt(record.era),
    memo: record.memo,
    blockEra: BigInt(record.blockEra),
    path: paths.get(record.position)!,
  }
}

/** The paths of all records of a certificate, by position. */
function historyPaths(
  poseidon: Poseidon,
  { certificate, header, records }: CertifiedContent,
): Map<number, bigint[][]> {
  const leaves = [...records.values()].map(
    ({ record }) => [record.position, recordHash(poseidon, record, header.chainId)] as const,
  )
  return multiproofPaths(poseidon, leaves, header.position, HISTORY_DEPTH, certificate.history)
}

function signatureInput({ publicKey, signature }: HolderSignature) {
  const { Point } = babyjubjub
  const eighth = Point.fromAffine(decodeEddsaKey(publicKey)).multiply(Point.Fn.inv(8n)).toAffine()
  const { r8, s } = decodeEddsaSignature(signature)!
  return { keyEighth: [eighth.x, eighth.y], r8: [r8.x, r8.y], s }
}
