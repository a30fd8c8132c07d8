import { base64ToBytes } from '../codec/bytes.ts'
import { FIELD_BYTES, readField, writeField } from './field.ts'
import { BUFFER_AT, CONSTANTS_AT, MODULE } from './generated/poseidon-pairs-wasm.ts'
import { ARITIES } from './generated/poseidon-wasm.ts'
import type { PoseidonPairs } from './poseidon.ts'

const MAX_INPUTS = 8
const OUTPUT_AT = BUFFER_AT + 2 * MAX_INPUTS * FIELD_BYTES
const FOUR_BYTES = 4 * FIELD_BYTES

/**
 * Two Poseidon hashes at once, in the lanes of WebAssembly's vectors: the text of `poseidonKernel`'s module on pairs of elements
 * (`src/crypto/wasm/poseidon-wasm.mjs`). Not constant-time.
 * @param constants what that kernel expects at its CONSTANTS_AT
 */
export function poseidonPairs(constants: Uint8Array): PoseidonPairs {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const run = exports.hash as (arity: number, from: number, to: number) => void
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  // A word of each element: both take the same constants.
  for (let at = 0; at < constants.length; at += 4) {
    const word = constants.subarray(at, at + 4)
    memory.set(word, CONSTANTS_AT + 2 * at)
    memory.set(word, CONSTANTS_AT + 2 * at + 4)
  }
  const outputs = [0, FIELD_BYTES].map((at) => memory.subarray(OUTPUT_AT + at, OUTPUT_AT + at + FIELD_BYTES))
  const write = (inputs: readonly bigint[], from: number) => {
    for (let i = 0; i < inputs.length; i++) writeField(inputs[i]!, memory, from + i * FIELD_BYTES)
  }

  return {
    hash(a, b) {
      const { length } = a
      if (!ARITIES.includes(length) || b.length !== length)
        throw new RangeError(`Poseidon of ${length} and ${b.length} inputs`)
      write(a, BUFFER_AT)
      write(b, BUFFER_AT + length * FIELD_BYTES)
      run(length, BUFFER_AT, OUTPUT_AT)
      return [readField(memory, OUTPUT_AT), readField(memory, OUTPUT_AT + FIELD_BYTES)]
    },
    hashFour(a, b, targetOfA, targetOfB) {
      memory.set(a.subarray(0, FOUR_BYTES), BUFFER_AT)
      memory.set(b.subarray(0, FOUR_BYTES), BUFFER_AT + FOUR_BYTES)
      run(4, BUFFER_AT, OUTPUT_AT)
      targetOfA.set(outputs[0]!)
      targetOfB.set(outputs[1]!)
    },
  }
}
