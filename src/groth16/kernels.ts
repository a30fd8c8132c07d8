import { base64ToBytes } from '../codec/bytes.ts'
import {
  CONSTANTS as CURVE_CONSTANTS,
  CONSTANTS_AT as CURVE_CONSTANTS_AT,
  G1,
  G2,
  type KernelModule,
} from './generated/curves.ts'
import {
  CONSTANTS as SCALAR_CONSTANTS,
  CONSTANTS_AT as SCALAR_CONSTANTS_AT,
  SCALARS,
} from './generated/scalars.ts'

/** The kernels; wasm/README.md has their functions. Addresses and counts are u32. */
const MODULES = { g1: G1, g2: G2, scalars: SCALARS }
export type KernelName = keyof typeof MODULES
export const KERNELS = Object.keys(MODULES) as KernelName[]

/** A call of a kernel's function, with addresses and numbers. */
export type Task = readonly [kernel: KernelName, name: string, ...values: number[]]
type Functions = Record<string, (...values: number[]) => number | bigint | undefined>

/** Below this address lie the kernels' constants. */
export const MEMORY_START = 8_192

/** Scratch of the three kernels of a thread, in bytes, and where each begins. A test holds the kernels to it. */
export const SCRATCH: Record<KernelName, number> = { g1: 263_168, g2: 524_288, scalars: 4_096 }
export const SCRATCH_BYTES = SCRATCH.g1 + SCRATCH.g2 + SCRATCH.scalars

/** Writes the kernels' constants into a new memory. */
export function writeConstants(memory: WebAssembly.Memory): void {
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(base64ToBytes(CURVE_CONSTANTS), CURVE_CONSTANTS_AT)
  bytes.set(base64ToBytes(SCALAR_CONSTANTS), SCALAR_CONSTANTS_AT)
}

/** Compiles the kernels for memories that are shared, or that are not. */
export async function compileKernels(shared: boolean): Promise<Record<KernelName, WebAssembly.Module>> {
  const compiled = KERNELS.map(async (name) => [name, await compile(MODULES[name], shared)] as const)
  return Object.fromEntries(await Promise.all(compiled)) as Record<KernelName, WebAssembly.Module>
}

function compile({ module, sharedAt }: KernelModule, shared: boolean): Promise<WebAssembly.Module> {
  const bytes = base64ToBytes(module)
  if (!shared) bytes[sharedAt] = 1
  return WebAssembly.compile(bytes)
}

/** What a thread needs to run tasks: structured-clonable if the memory is shared. */
export interface ThreadSetup {
  modules: Record<KernelName, WebAssembly.Module>
  memory: WebAssembly.Memory
  /** Where this thread's scratch begins. */
  scratch: number
  /** Where memory begins that a task may use while it runs: what FREE in a task stands for. */
  free: number
}

/** Stands in a task for the free memory of the thread that runs it. */
export const FREE = -1

/** The kernels over a memory, as one thread runs them. */
export class Kernels {
  readonly #functions: Record<KernelName, Functions>
  readonly #free: number

  constructor({ modules, memory, scratch, free }: ThreadSetup) {
    const env = { memory, abort: () => undefined }
    let base = scratch
    const functions = KERNELS.map((name) => {
      const exports = new WebAssembly.Instance(modules[name], { env }).exports as unknown as Functions
      exports.setup!(base)
      base += SCRATCH[name]
      return [name, exports] as const
    })
    this.#functions = Object.fromEntries(functions) as Record<KernelName, Functions>
    this.#free = free
  }

  /** The value of a counter that a kernel exports. */
  count(kernel: KernelName, name: string): number {
    return (this.#functions[kernel] as unknown as Record<string, WebAssembly.Global>)[name]!.value
  }

  /** Runs a task. @returns its value as a number pair, low and high word; integers of 32 bits have no high word */
  run([kernel, name, ...values]: Task): TaskValue {
    const value = this.#functions[kernel][name]!(...values.map((x) => (x === FREE ? this.#free : x)))
    // An integer of 32 bits arrives signed.
    if (typeof value !== 'bigint') return [(value ?? 0) >>> 0, 0]
    return [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))]
  }
}

/** The value of a task: its low and high word. */
export type TaskValue = readonly [low: number, high: number]
