import { blake2b } from '@noble/hashes/blake2.js'
import { Failure } from '../config/failure.ts'
import { Q } from '../groth16/multi-sum.ts'
import { littleEndian, readSections, viewOf } from '../groth16/sections.ts'
import { readZkey } from '../groth16/zkey.ts'

/** Someone's part in phase 2 of a ceremony, or the beacon that ends it. */
export interface Contribution {
  kind: 'contribution' | 'beacon'
  name: string
  /** What whoever contributed was told, as snarkjs computes it: BLAKE2b-512, 128 hex digits. */
  hash: string
  /** The number of a beacon, in hexadecimal. */
  beacon?: string
}

const SECTION = 10
const CIRCUIT_HASH_BYTES = 64
/** deltaAfter, g1_s, g1_sx and g2_spx of a contribution, coordinates in Montgomery form; then the transcript. */
const POINT_BYTES = 64 + 64 + 64 + 128
const TRANSCRIPT_BYTES = 64
const COORDINATE_BYTES = 32
/** 1 / 2^256 mod q. */
const LEAVE = inverse((1n << 256n) % Q)
const MAX_CONTRIBUTIONS = 10_000
/** Types of the parameters of a contribution. */
const [NAME, ITERATIONS, BEACON] = [1, 2, 3]

/**
 * Who contributed to a proving key, in order, as the key states; verifyCeremony checks that they did. Needs nothing of Node.
 * @param zkey the file
 * @throws Failure KEY_DAMAGED if it is cut, no proving key, or its sections do not fit each other; BAD_CEREMONY if its transcript is damaged
 */
export function readTranscript(zkey: Uint8Array): Contribution[] {
  const bad = (why: string) => new Failure('BAD_CEREMONY', `the proving key is damaged: ${why}`)
  readZkey(zkey)
  const section = readSections(zkey, 'zkey', 1, bad).get(SECTION)
  if (section === undefined || section.length < CIRCUIT_HASH_BYTES + 4) throw bad('it has no transcript')
  const view = viewOf(section)
  const count = view.getUint32(CIRCUIT_HASH_BYTES, true)
  if (count > MAX_CONTRIBUTIONS) throw bad('it has too many contributions')
  let at = CIRCUIT_HASH_BYTES + 4
  const take = (bytes: number) => {
    if (at + bytes > section.length) throw bad('its transcript is cut')
    at += bytes
    return section.subarray(at - bytes, at)
  }
  return Array.from({ length: count }, () => {
    const points = take(POINT_BYTES)
    const transcript = take(TRANSCRIPT_BYTES)
    const [type, length] = [take(4), take(4)].map((bytes) => viewOf(bytes).getUint32(0, true)) as [
      number,
      number,
    ]
    const parameters = readParameters(take(length), bad)
    const beacon = parameters.get(BEACON)
    return {
      kind: type === 1 ? 'beacon' : 'contribution',
      name: new TextDecoder().decode(parameters.get(NAME)),
      hash: hex(blake2b(Uint8Array.from([...bigEndianPoints(points), ...transcript]), { dkLen: 64 })),
      ...(beacon === undefined ? {} : { beacon: hex(beacon) }),
    }
  })
}

function readParameters(bytes: Uint8Array, bad: (why: string) => Failure): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at]!
    const isList = type === NAME || type === BEACON
    if (!isList && type !== ITERATIONS) throw bad('its transcript has a parameter that is not known')
    const [start, length] = isList ? [at + 2, bytes[at + 1] ?? 0] : [at + 1, 1]
    if (start + length > bytes.length) throw bad('its transcript is cut')
    found.set(type, bytes.subarray(start, start + length))
    at = start + length
  }
  return found
}

/** Points as they are hashed: plain coordinates, big-endian, in G2 the imaginary part first. */
function bigEndianPoints(points: Uint8Array): Uint8Array {
  const out = new Uint8Array(points.length)
  const coordinate = (from: number, to: number) => {
    let value = (littleEndian(points, from) * LEAVE) % Q
    for (let i = COORDINATE_BYTES - 1; i >= 0; i--, value >>= 8n) out[to + i] = Number(value & 0xffn)
  }
  const g2 = 3 * 2 * COORDINATE_BYTES
  for (let at = 0; at < g2; at += COORDINATE_BYTES) coordinate(at, at)
  for (let at = g2; at < points.length; at += 2 * COORDINATE_BYTES) {
    coordinate(at, at + COORDINATE_BYTES)
    coordinate(at + COORDINATE_BYTES, at)
  }
  return out
}

function inverse(x: bigint): bigint {
  let result = 1n
  for (let rest = Q - 2n, square = x; rest > 0n; rest >>= 1n, square = (square * square) % Q)
    if (rest & 1n) result = (result * square) % Q
  return result
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
