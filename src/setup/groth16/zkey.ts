import { FIELD_BYTES, R } from '../../crypto/field.ts'

/** Order of the base field of the curve. */
const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
const GROTH16 = 1
const SECTIONS = 10

/** The second section: sizes, and alpha1, beta1, beta2, gamma2, delta1, delta2. */
export interface ZkeyHeader {
  wires: number
  publicSignals: number
  domain: number
  points: readonly Uint8Array[]
}

/** Writes a Groth16 .zkey in the format that snarkjs 0.7 and rapidsnark read. Points are affine, Montgomery, little-endian. */
export class ZkeyWriter {
  readonly #write: (bytes: Uint8Array) => void

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write
    write(new TextEncoder().encode('zkey'))
    write(u32(1))
    write(u32(SECTIONS))
  }

  /** Writes a section of known length in chunks. */
  async section(
    type: number,
    length: number,
    emit: (write: (bytes: Uint8Array) => void) => void | Promise<void>,
  ): Promise<void> {
    this.#write(u32(type))
    this.#write(littleEndian(BigInt(length), 8))
    let written = 0
    await emit((bytes) => {
      this.#write(bytes)
      written += bytes.length
    })
    if (written !== length) throw new Error(`section ${type} has ${written} bytes, not ${length}`)
  }

  async header({ wires, publicSignals, domain, points }: ZkeyHeader): Promise<void> {
    await this.#whole(1, u32(GROTH16))
    const field = (order: bigint) => [u32(FIELD_BYTES), littleEndian(order, FIELD_BYTES)]
    await this.#whole(2, ...field(Q), ...field(R), u32(wires), u32(publicSignals), u32(domain), ...points)
  }

  /** Entries of matrix, row, wire and coefficient times 2^512, as evaluateQap returns them. */
  coefficients(entries: Uint8Array): Promise<void> {
    return this.#whole(4, u32(entries.length / (12 + FIELD_BYTES)), entries)
  }

  /** Neither contributions nor a hash of the circuit, because there was no ceremony. */
  contributions(): Promise<void> {
    return this.#whole(10, new Uint8Array(64), u32(0))
  }

  #whole(type: number, ...parts: Uint8Array[]): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    return this.section(type, length, (write) => {
      for (const part of parts) write(part)
    })
  }
}

function u32(value: number): Uint8Array {
  return littleEndian(BigInt(value), 4)
}

function littleEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn)
  return bytes
}
