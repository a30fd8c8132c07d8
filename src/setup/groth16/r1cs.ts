import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { FIELD_BYTES } from '../../crypto/field.ts'

/** The parts of a compiled circuit that a trusted setup needs. Format: version 1 of iden3's R1CS binary format. */
export interface R1cs {
  wires: number
  /** Public signals, without the constant 1. */
  publicSignals: number
  constraints: number
  /** The section of constraints: for each, three linear combinations (count, then wire and coefficient each). */
  body: Uint8Array
}

const MAGIC = 0x73633172 // r1cs
const HEADER_SECTION = 1
const CONSTRAINTS_SECTION = 2

/** Reads a .r1cs file. @throws Error if it has another format or field, or is truncated */
export function readR1cs(path: string): R1cs {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const read = (at: number, length: number) => {
      const bytes = at + length <= size ? new Uint8Array(length) : undefined
      if (bytes === undefined || readSync(file, bytes, 0, length, at) !== length)
        throw new Error('the .r1cs file is cut short')
      return bytes
    }
    const start = viewOf(read(0, 12))
    if (start.getUint32(0, true) !== MAGIC || start.getUint32(4, true) !== 1) {
      throw new Error('not a .r1cs file of format 1')
    }
    const sections = new Map<number, { at: number; length: number }>()
    for (let at = 12; at < size; ) {
      const head = viewOf(read(at, 12))
      const length = Number(head.getBigUint64(4, true))
      sections.set(head.getUint32(0, true), { at: at + 12, length })
      at += 12 + length
    }
    const section = (type: number) => {
      const found = sections.get(type)
      if (found === undefined) throw new Error(`the .r1cs file has no section ${type}`)
      return read(found.at, found.length)
    }
    const header = viewOf(section(HEADER_SECTION))
    if (header.getUint32(0, true) !== FIELD_BYTES) throw new Error('the .r1cs file is over another field')
    const numbers = 4 + FIELD_BYTES
    return {
      wires: header.getUint32(numbers, true),
      publicSignals: header.getUint32(numbers + 4, true) + header.getUint32(numbers + 8, true),
      constraints: header.getUint32(numbers + 24, true),
      body: section(CONSTRAINTS_SECTION),
    }
  } finally {
    closeSync(file)
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
