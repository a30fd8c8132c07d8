import {
  compileKernels,
  KERNELS,
  Kernels,
  MEMORY_START,
  SCRATCH,
  SCRATCH_BYTES,
  writeConstants,
} from '../../../src/groth16/kernels.ts'
import { Layout } from '../../../src/groth16/layout.ts'

const ROOM_BYTES = 1 << 23

/** Kernels of one thread over a memory of their own, and an address from which on it is free. */
export async function testKernels(shared = false) {
  const layout = new Layout(MEMORY_START)
  const scratch = layout.place(SCRATCH_BYTES)
  const room = layout.place(ROOM_BYTES)
  const memory = layout.memory(shared)
  writeConstants(memory)
  const kernels = new Kernels({ modules: await compileKernels(shared), memory, scratch, free: 0 })
  return {
    kernels,
    memory,
    room,
    needs: KERNELS.map((name) => [kernels.run([name, 'scratchBytes'])[0], SCRATCH[name]]),
  }
}

/** Writes a number as 32 little-endian bytes. */
export function writeNumber(bytes: Uint8Array, at: number, value: bigint): void {
  for (let i = 0; i < 32; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn)
}
