import {
  compileKernels,
  FREE,
  Kernels,
  MEMORY_START,
  SCRATCH_BYTES,
  type Task,
  type ThreadSetup,
  writeConstants,
} from './kernels.ts'
import { Layout } from './layout.ts'
import { G1, G2, Q } from './multi-sum.ts'
import { littleEndianBytes } from './sections.ts'
import { ownThread, type SpawnThreads, type Threads } from './threads.ts'

export interface FixedBaseOptions {
  /** Scalars that are expected: with more of them, larger tables pay. */
  scalars: number
  /** From 1 to 64. Default 1, the caller's own. */
  threads?: number
  spawn?: SpawnThreads
}

const SCALAR_BYTES = 32
/** Multiplications per task, and tasks per call of the threads: bounds of memory. */
const TASK_SCALARS = 512
const CALL_TASKS = 64
const CALL_SCALARS = TASK_SCALARS * CALL_TASKS
/** Bits of a digit: a table has 2^(bits - 1) points for each of about 254 / bits windows. */
const MIN_BITS = 4
const MAX_BITS = 13

/** Multiplies the generators of G1 and G2 by many scalars, with tables of their multiples. */
export class FixedBase {
  readonly #memory: WebAssembly.Memory
  readonly #threads: Threads
  readonly #bits: number
  readonly #tables: Record<1 | 2, number>
  readonly #scalars: number
  readonly #points: number

  private constructor(
    memory: WebAssembly.Memory,
    threads: Threads,
    at: { bits: number; tables: Record<1 | 2, number>; scalars: number; points: number },
  ) {
    this.#memory = memory
    this.#threads = threads
    this.#bits = at.bits
    this.#tables = at.tables
    this.#scalars = at.scalars
    this.#points = at.points
  }

  /** @throws Failure OUT_OF_MEMORY, ENGINE_FAILED */
  static async start({ scalars, threads = 1, spawn }: FixedBaseOptions): Promise<FixedBase> {
    const isShared = spawn !== undefined && typeof SharedArrayBuffer !== 'undefined'
    const modules = await compileKernels(isShared)
    const bits = Math.max(MIN_BITS, Math.min(MAX_BITS, Math.ceil(Math.log2(Math.max(1, scalars))) - 3))
    const needs = sizes(modules, bits, isShared)
    const layout = new Layout(MEMORY_START)
    const at = {
      bits,
      tables: { 1: layout.place(needs.tables[1]), 2: layout.place(needs.tables[2]) },
      scalars: layout.place(SCALAR_BYTES * CALL_SCALARS),
      points: layout.place(zkeyPointBytes(2) * CALL_SCALARS),
    }
    const places = Array.from({ length: isShared ? threads : 1 }, () => ({
      scratch: layout.place(SCRATCH_BYTES),
      free: layout.place(needs.room),
    }))
    const memory = layout.memory(isShared)
    writeConstants(memory)
    new Uint8Array(memory.buffer, at.points).set(generators())
    const setups: ThreadSetup[] = places.map((place) => ({ modules, memory, ...place }))
    const running = isShared ? await spawn(setups) : ownThread(setups[0]!)
    await running.run([
      ['g1', 'enter', at.points, at.tables[1], 1],
      ['g2', 'enter', at.points + zkeyPointBytes(1), at.tables[2], 1],
    ])
    await running.run([
      ['g2', 'fillTable', at.tables[2], bits],
      ['g1', 'fillTable', at.tables[1], bits],
    ])
    return new FixedBase(memory, running, at)
  }

  /**
   * Computes points in the form of a .zkey: Montgomery, little-endian, all zeros for the scalar 0.
   * @param degree 1: of G1, 64 bytes each; 2: of G2, 128 bytes
   * @param scalars 32 little-endian bytes each, below r
   * @param emit gets the points in order, piece by piece; a piece is overwritten by the next
   */
  async multiply(
    degree: 1 | 2,
    scalars: Uint8Array,
    emit: (points: Uint8Array, done: number) => void,
  ): Promise<void> {
    const count = scalars.length / SCALAR_BYTES
    const bytes = new Uint8Array(this.#memory.buffer)
    const size = zkeyPointBytes(degree)
    for (let from = 0; from < count; from += CALL_SCALARS) {
      const n = Math.min(CALL_SCALARS, count - from)
      bytes.set(scalars.subarray(SCALAR_BYTES * from, SCALAR_BYTES * (from + n)), this.#scalars)
      const tasks: Task[] = []
      for (let i = 0; i < n; i += TASK_SCALARS)
        tasks.push([
          ...([degree === 1 ? 'g1' : 'g2', 'multiples'] as const),
          ...[this.#scalars + SCALAR_BYTES * i, Math.min(TASK_SCALARS, n - i), this.#bits],
          ...[this.#tables[degree], FREE, this.#points + size * i],
        ])
      await this.#threads.run(tasks)
      emit(bytes.subarray(this.#points, this.#points + size * n), from + n)
    }
  }

  async close(): Promise<void> {
    await this.#threads.close()
  }
}

/** Bytes of a point in a .zkey. */
export const zkeyPointBytes = (degree: 1 | 2): number => 2 * degree * SCALAR_BYTES

function sizes(modules: ThreadSetup['modules'], bits: number, shared: boolean) {
  const layout = new Layout(MEMORY_START)
  const scratch = layout.place(SCRATCH_BYTES)
  const kernels = new Kernels({ modules, memory: layout.memory(shared), scratch, free: 0 })
  const value = (kernel: 'g1' | 'g2', name: string, ...values: number[]) =>
    kernels.run([kernel, name, ...values])[0]
  return {
    tables: { 1: value('g1', 'tableBytes', bits), 2: value('g2', 'tableBytes', bits) },
    room: value('g2', 'multiplesBytes', TASK_SCALARS, bits),
  }
}

/** The generators of G1 and G2 as a zkey has points. */
function generators(): Uint8Array {
  const [one, two] = [G1.BASE.toAffine(), G2.BASE.toAffine()]
  const coordinates = [one.x, one.y, two.x.c0, two.x.c1, two.y.c0, two.y.c1]
  const bytes = new Uint8Array(SCALAR_BYTES * coordinates.length)
  coordinates.forEach((x, i) => {
    bytes.set(littleEndianBytes((x << 256n) % Q), SCALAR_BYTES * i)
  })
  return bytes
}
