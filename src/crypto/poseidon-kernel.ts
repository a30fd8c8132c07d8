import { base64ToBytes } from '../codec/bytes.ts'
import { FIELD_BYTES, readField, writeField } from './field.ts'
import { ARITIES, BUFFER_AT, CONSTANTS_AT, MODULE } from './generated/poseidon-wasm.ts'
import type { Poseidon } from './poseidon.ts'

const MAX_INPUTS = 8
const OUTPUT_AT = BUFFER_AT + MAX_INPUTS * FIELD_BYTES
const PAGE_BYTES = 65_536

/**
 * Makes a Poseidon from a WebAssembly kernel that `src/crypto/wasm/poseidon-wasm.mjs` generates. An instance takes a few milliseconds to make and has
 * its own memory, so make one per thread. Not constant-time.
 * @param constants what the kernel expects at CONSTANTS_AT
 */
export function poseidonKernel(constants: Uint8Array): Poseidon {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const run = exports.hash as (arity: number, from: number, to: number) => void
  const shared = exports.memory as WebAssembly.Memory
  const missing = OUTPUT_AT + FIELD_BYTES - shared.buffer.byteLength
  if (missing > 0) shared.grow(Math.ceil(missing / PAGE_BYTES))
  const memory = new Uint8Array(shared.buffer)
  memory.set(constants, CONSTANTS_AT)
  const output = memory.subarray(OUTPUT_AT, OUTPUT_AT + FIELD_BYTES)
  const fourBytes = 4 * FIELD_BYTES

  return {
    hash(inputs) {
      if (!ARITIES.includes(inputs.length)) throw new RangeError(`Poseidon of ${inputs.length} inputs`)
      inputs.forEach((input, i) => {
        writeField(input, memory, BUFFER_AT + i * FIELD_BYTES)
      })
      run(inputs.length, BUFFER_AT, OUTPUT_AT)
      return readField(memory, OUTPUT_AT)
    },
    hashFour(source, offset, target, targetOffset) {
      memory.set(source.subarray(offset, offset + fourBytes), BUFFER_AT)
      run(4, BUFFER_AT, OUTPUT_AT)
      target.set(output, targetOffset)
    },
  }
}
