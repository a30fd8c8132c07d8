import { Failure } from '../config/failure.ts'
import { R } from '../crypto/field.ts'

const HEADER_BYTES = 12
const SECTION_HEADER_BYTES = 12
const MAX_SECTIONS = 16

/** The sections of a file of iden3's binary format, which .zkey and .wtns have, by number. Views of the file, not copies. */
export type Sections = ReadonlyMap<number, Uint8Array>

/**
 * Reads the table of sections.
 * @param magic `zkey` or `wtns`
 * @param bad makes the failure that is thrown if the file is cut, has another magic or version, or names a section twice
 */
export function readSections(
  file: Uint8Array,
  magic: string,
  version: number,
  bad: (why: string) => Failure,
): Sections {
  if (file.length < HEADER_BYTES) throw bad('it is cut')
  if (new TextDecoder('latin1').decode(file.subarray(0, 4)) !== magic) throw bad('it is of another kind')
  const view = viewOf(file)
  const count = view.getUint32(8, true)
  if (view.getUint32(4, true) !== version || count > MAX_SECTIONS)
    throw bad('it has another version or byte order')
  const sections = new Map<number, Uint8Array>()
  let at = HEADER_BYTES
  for (let i = 0; i < count; i++) {
    if (at + SECTION_HEADER_BYTES > file.length) throw bad('it is cut')
    const id = view.getUint32(at, true)
    const length = Number(view.getBigUint64(at + 4, true))
    at += SECTION_HEADER_BYTES
    if (at + length > file.length) throw bad('it is cut')
    if (sections.has(id)) throw bad(`section ${id} occurs twice`)
    sections.set(id, file.subarray(at, at + length))
    at += length
  }
  if (at !== file.length) throw bad('bytes follow its last section')
  return sections
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

/** A number of 32 little-endian bytes. */
export function littleEndian(bytes: Uint8Array, at: number): bigint {
  const view = viewOf(bytes)
  let value = 0n
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(at + 8 * word, true)
  return value
}

const ELEMENT_BYTES = 32
/** Rows of a circuit at most, a power of two: BN254's scalar field has roots of unity of order 2^28. */
export const MAX_DOMAIN = 2 ** 27

/** 32 little-endian bytes of a number below 2^256. */
export function littleEndianBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(ELEMENT_BYTES)
  const view = viewOf(bytes)
  for (let word = 0; word < 4; word++)
    view.setBigUint64(8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true)
  return bytes
}

/**
 * The values of a witness file: 32 little-endian bytes per wire.
 * @throws Failure WITNESS_DAMAGED if it is cut, of another field, or has a value at or above r; WITNESS_FOREIGN if it has another number of wires
 */
export function readWitness(file: Uint8Array, wires: number): Uint8Array {
  const bad = (why: string) => new Failure('WITNESS_DAMAGED', `the .wtns file is damaged: ${why}`)
  const sections = readSections(file, 'wtns', 2, bad)
  const [header, values] = [sections.get(1), sections.get(2)]
  if (header?.length !== 8 + ELEMENT_BYTES || values === undefined) throw bad('a section is missing')
  if (viewOf(header).getUint32(0, true) !== ELEMENT_BYTES || littleEndian(header, 4) !== R)
    throw bad('it is of another field')
  const count = viewOf(header).getUint32(4 + ELEMENT_BYTES, true)
  if (values.length !== ELEMENT_BYTES * count) throw bad('it is cut')
  checkWitness(values, wires)
  return values
}

const TOP = R >> 192n

/** @throws Failure WITNESS_FOREIGN, WITNESS_DAMAGED unless there are as many values as wires, the first of them 1, each below r */
export function checkWitness(values: Uint8Array, wires: number): void {
  if (values.length !== ELEMENT_BYTES * wires)
    throw new Failure(
      'WITNESS_FOREIGN',
      `the witness has ${values.length / ELEMENT_BYTES} values, the key's circuit has ${wires}`,
      { hint: 'use the key and the witness program of the same circuit' },
    )
  const view = viewOf(values)
  for (let at = 0; at < values.length; at += ELEMENT_BYTES) {
    // Nearly all values are decided by their highest word.
    const top = view.getUint32(at + 28, true)
    if (top < Number(TOP >> 32n)) continue
    if (littleEndian(values, at) >= R)
      throw new Failure('WITNESS_DAMAGED', `value ${at / ELEMENT_BYTES} of the witness is not below r`)
  }
  if (littleEndian(values, 0) !== 1n)
    throw new Failure('WITNESS_DAMAGED', 'the first value of the witness is not 1')
}
