import { babyjubjub } from '@noble/curves/misc.js'
import { decodeEddsaKey, decodeEddsaSignature } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { TRANSFER_TAG } from '../../../src/ledger/hashes.ts'
import { END_TAG, ORIGIN_SIGNALS, type OriginSignals, originMessage } from '../../../src/ledger/origin.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { OriginCircuit } from '../../../src/setup/circuits.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { eddsaKey, type TestKey } from '../ledger/ledger-world.ts'
import { signNow } from '../ledger/sign.ts'
import type { Signals } from './compiled-circuit.ts'

/** Forges origins, as forgery.ts forges batches: over trees that may have any content, also such as no ledger has. */

type Instance = Pick<OriginCircuit, 'file' | 'template' | 'parameters' | 'public'>

/** Three hops over trees of 16 leaves. */
const parameters = { hops: 3, depth: 2, historyDepth: 2 }
/** The circuit has all rules of an origin. Most of the time that it takes to compile is that of the signature. */
export const SMALL_ORIGIN: Instance = {
  file: 'origin.circom',
  template: 'Origin',
  parameters,
  public: [...ORIGIN_SIGNALS],
}
/** What of it is compiled in a fraction of that time. */
export const SMALL_JOURNEY: Instance = {
  file: 'lib/journey.circom',
  template: 'Journey',
  parameters,
  public: ['chainId', 'stateRoot', 'historyRoot', 'assetId', 'length'],
}
const NOT_OF_JOURNEYS = new Set([
  'serialLo',
  'serialHi',
  'endCommit',
  'purpose',
  'holderProven',
  'salt',
  'keyEighth',
  'r8',
  's',
])

/** The inputs of a journey, of those of an origin. */
export const journeyInputs = (inputs: Record<string, Signals>): Record<string, Signals> =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !NOT_OF_JOURNEYS.has(name)))

const CHAIN = 4_711n
export const ASSET = 77n
export const alice = eddsaKey('alice')
export const bob = eddsaKey('bob')
export const mallory = eddsaKey('mallory')

/** A record as the history hashes it. Its numbers may have any value. */
export interface HistoryRecord {
  chainId: bigint
  from: bigint
  to: bigint
  fromStart: bigint
  amount: bigint
  era: bigint
  memo: bigint
  fromHolding: bigint
  toHolding: bigint
  toStart: bigint
  flags: bigint
  blockEra: bigint
}

/** Units 30 to 49 of alice: serials 100 to 119. */
export const ISSUE: HistoryRecord = {
  chainId: CHAIN,
  from: MINT,
  to: alice.account,
  fromStart: 100n,
  amount: 20n,
  era: 5n,
  memo: 0n,
  fromHolding: 2n,
  toHolding: 5n,
  toStart: 30n,
  flags: 0n,
  blockEra: 6n,
}

/** Units 7 to 14 of bob, which were units 31 to 38 of alice. */
export const TRANSFER: HistoryRecord = {
  chainId: CHAIN,
  from: alice.account,
  to: bob.account,
  fromStart: 31n,
  amount: 8n,
  era: 7n,
  memo: 99n,
  fromHolding: 5n,
  toHolding: 9n,
  toStart: 7n,
  flags: 0n,
  blockEra: 8n,
}

/** The signals of a hop, and the place in the history to which its path leads. */
export interface HopSignals {
  attested: bigint
  from: bigint
  fromHolding: bigint
  fromStart: bigint
  offset: bigint
  rest: bigint
  era: bigint
  memo: bigint
  blockEra: bigint
  position: number
}

export function hopOf(
  { from, fromHolding, fromStart, era, memo, blockEra, flags, amount }: HistoryRecord,
  position: number,
  offset: bigint,
  length = 4n,
): HopSignals {
  const rest = amount - offset - length
  return { attested: flags, from, fromHolding, fromStart, offset, rest, era, memo, blockEra, position }
}

/** How a forgery differs from the valid origin of units 9 to 12 of bob, which were units 33 to 36 of alice and have the serials 103 to 106. */
export interface OriginForgery {
  held?: Partial<typeof HELD>
  /** The leaf of the state tree: bob's by default. */
  leaf?: Partial<typeof LEAF>
  /** By position. */
  history?: Record<number, HistoryRecord>
  hops?: HopSignals[]
  claimed?: Partial<OriginSignals>
  /** The signer, bob by default; null for no signature. */
  by?: TestKey | null
  /** What is signed, if not what is claimed. */
  signed?: Partial<OriginSignals>
}

export const HELD = { account: bob.account, holding: 9n, outTotal: 3n, older: 6n, newer: 4n, salt: 1_234n }
export const LEAF = { index: 9, account: bob.account, assetId: ASSET, inTotal: 17n, outTotal: 3n }
export const HISTORY: Record<number, HistoryRecord> = { 1: ISSUE, 6: TRANSFER }
export const HOPS = [hopOf(TRANSFER, 6, 2n), hopOf(ISSUE, 1, 3n), hopOf(ISSUE, 1, 3n)]
const UNSIGNED = { keyEighth: [0n, 1n], r8: [0n, 1n], s: 0n }

/** The inputs of a forgery: consistent except where it says otherwise. */
export function originInputsOf({
  held = {},
  leaf = {},
  history = HISTORY,
  hops = HOPS,
  claimed = {},
  by = bob,
  signed = {},
}: OriginForgery): Record<string, Signals> {
  const units = { ...HELD, ...held }
  const { index, account, assetId, inTotal, outTotal } = { ...LEAF, ...leaf }
  const state = levels({ [index]: poseidon.hash([account, assetId, mod(inTotal + (outTotal << 120n))]) })
  const records = levels(
    Object.fromEntries(Object.entries(history).map(([at, record]) => [at, hashOf(record)])),
  )
  const signals: OriginSignals = {
    chainId: CHAIN,
    stateRoot: state.root,
    historyRoot: records.root,
    assetId: ASSET,
    length: 4n,
    serialLo: 0n,
    serialHi: 1_000n,
    endCommit: poseidon.hash([
      END_TAG,
      units.account,
      units.holding,
      mod(units.outTotal + units.older),
      units.salt,
    ]),
    purpose: 31_337n,
    holderProven: by === null ? 0n : 1n,
    ...claimed,
  }
  const names = Object.keys(HOPS[0]!).filter((name) => name !== 'position') as (keyof HopSignals)[]
  return {
    ...signals,
    ...units,
    statePath: state.path(Number(units.holding) % 16),
    ...(by === null ? UNSIGNED : signature(by, { ...signals, ...signed })),
    ...Object.fromEntries(names.map((name) => [name, hops.map((hop) => mod(BigInt(hop[name])))])),
    path: hops.map(({ position }) => records.path(position)),
  }
}

const mod = (value: bigint) => ((value % R) + R) % R

function hashOf(record: HistoryRecord): bigint {
  const { chainId, from, to, fromStart, amount, era, memo } = record
  const { fromHolding, toHolding, toStart, flags, blockEra } = record
  const units = mod(fromStart + (amount << 120n))
  const packed = fromHolding + (toHolding << 32n) + (toStart << 64n) + (flags << 184n) + (blockEra << 186n)
  const transfer = poseidon.hash([TRANSFER_TAG, chainId, from, to, ASSET, units, era, memo])
  return poseidon.hash([transfer, mod(packed)])
}

/** A tree of 16 leaves. */
function levels(leaves: Record<number, bigint>) {
  const bottom = Array.from({ length: 16 }, (_, i) => leaves[i] ?? 0n)
  const quad = (nodes: bigint[], parent: number) => nodes.slice(4 * parent, 4 * parent + 4)
  const top = [0, 1, 2, 3].map((parent) => poseidon.hash(quad(bottom, parent)))
  return { root: poseidon.hash(top), path: (index: number) => [quad(bottom, Math.floor(index / 4)), top] }
}

function signature(by: TestKey, signals: OriginSignals) {
  const { r8, s } = decodeEddsaSignature(signNow(by.secret, 'origin', originMessage(poseidon, signals)))!
  const { Point } = babyjubjub
  const key = Point.fromAffine(decodeEddsaKey(by.publicKey.bytes)).multiply(Point.Fn.inv(8n)).toAffine()
  return { keyEighth: [key.x, key.y], r8: [r8.x, r8.y], s }
}
