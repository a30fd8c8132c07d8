import { bn254 } from '@noble/curves/bn254.js'
import { Failure } from '../config/failure.ts'
import { R } from '../crypto/field.ts'
import { Q } from './multi-sum.ts'
import { littleEndian, MAX_DOMAIN, readSections, viewOf } from './sections.ts'

/** 1 / 2^256 mod q: coordinates in a zkey are in Montgomery form. */
const LEAVE = bn254.fields.Fp.inv((1n << 256n) % Q)
const ELEMENT_BYTES = 32
const POINT1_BYTES = 64
const POINT2_BYTES = 128
export const COEFFICIENT_BYTES = 44
const MAX_PUBLIC = 64

/** A point in snarkjs's JSON. */
export type JsonPoint1 = [string, string, string]
export type JsonPoint2 = [[string, string], [string, string], [string, string]]

/** What snarkjs exports from a zkey to verify with, without vk_alphabeta_12, which follows from it. */
export interface VerificationKeyJson {
  protocol: 'groth16'
  curve: 'bn128'
  nPublic: number
  vk_alpha_1: JsonPoint1
  vk_beta_2: JsonPoint2
  vk_gamma_2: JsonPoint2
  vk_delta_2: JsonPoint2
  IC: JsonPoint1[]
}

/** A proving key as snarkjs writes it, taken apart. Points and coefficients are views of the file. */
export interface Zkey {
  wires: number
  publicSignals: number
  /** A power of two, 2 or more. */
  domain: number
  verificationKey: VerificationKeyJson
  beta1: JsonPoint1
  delta1: JsonPoint1
  /** Matrix (u32, 0 or 1), row, wire, and the coefficient times 2^512. */
  coefficients: Uint8Array
  points: Record<'a' | 'b1' | 'b2' | 'c' | 'h', Uint8Array>
}

/** @throws Failure KEY_DAMAGED if the file is cut, not of Groth16 over BN254, or its sections do not fit each other */
export function readZkey(file: Uint8Array): Zkey {
  const bad = (why: string) => new Failure('KEY_DAMAGED', `the .zkey file is damaged: ${why}`)
  const sections = readSections(file, 'zkey', 1, bad)
  const section = (id: number) => {
    const bytes = sections.get(id)
    if (bytes === undefined) throw bad(`section ${id} is missing`)
    return bytes
  }
  if (section(1).length !== 4 || viewOf(section(1)).getUint32(0, true) !== 1)
    throw bad('it is not of Groth16')
  const header = section(2)
  if (header.length !== 8 + 2 * ELEMENT_BYTES + 12 + 3 * POINT1_BYTES + 3 * POINT2_BYTES)
    throw bad('its header has another length')
  if (littleEndian(header, 4) !== Q || littleEndian(header, 8 + ELEMENT_BYTES) !== R)
    throw bad('it is not of BN254')
  const view = viewOf(header)
  const sizesAt = 8 + 2 * ELEMENT_BYTES
  const [wires, publicSignals, domain] = [0, 4, 8].map((i) => view.getUint32(sizesAt + i, true)) as [
    number,
    number,
    number,
  ]
  if (domain < 2 || domain > MAX_DOMAIN || (domain & (domain - 1)) !== 0 || publicSignals > MAX_PUBLIC)
    throw bad('its sizes are out of range')
  const at = sizesAt + 12
  const ic = section(3)
  const coefficients = section(4)
  const points = { a: section(5), b1: section(6), b2: section(7), c: section(8), h: section(9) }
  const fits =
    ic.length === POINT1_BYTES * (publicSignals + 1) &&
    coefficients.length === 4 + COEFFICIENT_BYTES * viewOf(coefficients).getUint32(0, true) &&
    points.a.length === POINT1_BYTES * wires &&
    points.b1.length === POINT1_BYTES * wires &&
    points.b2.length === POINT2_BYTES * wires &&
    points.c.length === POINT1_BYTES * (wires - publicSignals - 1) &&
    points.h.length === POINT1_BYTES * domain
  if (!fits) throw bad('its sections do not fit each other')
  const verificationKey: VerificationKeyJson = {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: publicSignals,
    vk_alpha_1: point1(header, at),
    vk_beta_2: point2(header, at + 2 * POINT1_BYTES),
    vk_gamma_2: point2(header, at + 2 * POINT1_BYTES + POINT2_BYTES),
    vk_delta_2: point2(header, at + 3 * POINT1_BYTES + 2 * POINT2_BYTES),
    IC: Array.from({ length: publicSignals + 1 }, (_, i) => point1(ic, POINT1_BYTES * i)),
  }
  return {
    wires,
    publicSignals,
    domain,
    verificationKey,
    beta1: point1(header, at + POINT1_BYTES),
    delta1: point1(header, at + 2 * POINT1_BYTES + 2 * POINT2_BYTES),
    coefficients: coefficients.subarray(4),
    points,
  }
}

function coordinate(bytes: Uint8Array, at: number): string {
  return String((littleEndian(bytes, at) * LEAVE) % Q)
}

function point1(bytes: Uint8Array, at: number): JsonPoint1 {
  return [coordinate(bytes, at), coordinate(bytes, at + 32), '1']
}

function point2(bytes: Uint8Array, at: number): JsonPoint2 {
  const pair = (from: number): [string, string] => [coordinate(bytes, from), coordinate(bytes, from + 32)]
  return [pair(at), pair(at + 64), ['1', '0']]
}
