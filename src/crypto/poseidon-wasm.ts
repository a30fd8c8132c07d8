import { buildPoseidon } from 'circomlibjs'
import { FIELD_BYTES } from './field.ts'
import { setPoseidon } from './poseidon.ts'

/**
 * Poseidon in circomlibjs's WASM, called without its wrapper: inputs are written into the instance's memory and
 * turned into Montgomery form there, so that everything outside stays in the one canonical form, 32 big-endian
 * bytes. The conversion costs a hundredth of a hash.
 */
export interface PoseidonWasm {
  /** Hashes 1 to 16 canonical field elements. */
  hash(inputs: readonly bigint[]): bigint
  /**
   * Hashes the four field elements at `source[offset .. offset + 128)` into `target[targetOffset .. + 32)`,
   * all big-endian and canonical (not checked).
   */
  hashFour(source: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void
}

let loading: Promise<PoseidonWasm> | undefined
let loaded: PoseidonWasm | undefined

/** Makes this thread compute Poseidon in WASM from now on; takes half a second the first time. */
export async function usePoseidonWasm(): Promise<void> {
  loading ??= load()
  loaded = await loading
  setPoseidon(loaded.hash)
}

/** The loaded instance of this thread; without usePoseidonWasm() before it, a broken invariant. */
export function poseidonWasm(): PoseidonWasm {
  if (loaded === undefined) throw new Error('call usePoseidonWasm() before using trees')
  return loaded
}

async function load(): Promise<PoseidonWasm> {
  const { tm } = (await buildPoseidon()).F
  const { poseidon, frm_batchToMontgomery, frm_fromMontgomery } = tm.instance.exports
  if (!poseidon || !frm_batchToMontgomery || !frm_fromMontgomery)
    throw new Error('circomlibjs changed its WASM')
  const zero = tm.alloc(FIELD_BYTES)
  const input = tm.alloc(16 * FIELD_BYTES)
  const output = tm.alloc(FIELD_BYTES)
  const view = new DataView(tm.memory.buffer)

  function run(count: number): void {
    frm_batchToMontgomery!(input, count, input)
    poseidon!(zero, input, count, output, 1)
    frm_fromMontgomery!(output, output)
  }

  function hash(inputs: readonly bigint[]): bigint {
    for (let i = 0; i < inputs.length; i++) {
      const at = input + i * FIELD_BYTES
      const value = inputs[i]!
      view.setBigUint64(at, value & 0xffffffffffffffffn, true)
      view.setBigUint64(at + 8, (value >> 64n) & 0xffffffffffffffffn, true)
      view.setBigUint64(at + 16, (value >> 128n) & 0xffffffffffffffffn, true)
      view.setBigUint64(at + 24, value >> 192n, true)
    }
    run(inputs.length)
    return (
      view.getBigUint64(output, true) |
      (view.getBigUint64(output + 8, true) << 64n) |
      (view.getBigUint64(output + 16, true) << 128n) |
      (view.getBigUint64(output + 24, true) << 192n)
    )
  }

  const memory = new Uint8Array(tm.memory.buffer)

  function hashFour(source: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void {
    for (let element = 0; element < 4 * FIELD_BYTES; element += FIELD_BYTES) {
      const last = offset + element + FIELD_BYTES - 1
      for (let i = 0; i < FIELD_BYTES; i++) memory[input + element + i] = source[last - i]!
    }
    run(4)
    for (let i = 0; i < FIELD_BYTES; i++) target[targetOffset + i] = memory[output + FIELD_BYTES - 1 - i]!
  }

  return { hash, hashFour }
}
