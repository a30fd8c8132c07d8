import { Failure } from '../config/failure.ts'
import { verifyGroth16 } from '../verify/groth16.ts'
import {
  compileKernels,
  Kernels,
  MEMORY_START,
  SCRATCH_BYTES,
  type Task,
  type ThreadSetup,
  writeConstants,
} from './kernels.ts'
import { type KeyHeader, SUMS, type SumName } from './key.ts'
import { Layout } from './layout.ts'
import { MultiSum } from './multi-sum.ts'
import { blindedProof, type Groth16Proof, type ProofSums, randomScalar } from './proof.ts'
import { Quotient } from './quotient.ts'
import { checkWitness, littleEndian } from './sections.ts'
import { ownThread, type SpawnThreads, type Threads } from './threads.ts'

export interface ProverOptions {
  /** Threads that prove: 1 to 64. Default 1, the caller's own. */
  threads?: number
  /** Makes them; without it, or without shared memory, the caller's own thread does everything. */
  spawn?: SpawnThreads
}

export interface EngineProof {
  proof: Groth16Proof
  publicSignals: string[]
}

/** Threads of a prover at most. */
export const MAX_THREADS = 64
const ELEMENT_BYTES = 32

/** How much of a proof's time has passed at the end of each phase, about. */
const PHASES = { rows: 0.04, transforms: 0.7, join: 0.72, quotient: 0.97 }

/**
 * Proves with one key, which it keeps in memory, with the threads. Not constant-time: whoever can measure this process closely may learn about the
 * witness. Proofs are made one at a time, in order of the calls.
 */
export class Groth16Prover {
  readonly header: KeyHeader
  /** Bytes of the kernels' memory: all that a proof needs beside some megabytes of JavaScript. Fixed by the key and the number of threads. */
  readonly memoryBytes: number
  readonly #memory: WebAssembly.Memory
  readonly #threads: Threads
  readonly #quotient: Quotient
  readonly #sums: Record<SumName, MultiSum>
  #last: Promise<unknown> = Promise.resolve()

  private constructor(
    header: KeyHeader,
    memory: WebAssembly.Memory,
    parts: { threads: Threads; quotient: Quotient; sums: Record<SumName, MultiSum> },
  ) {
    this.header = header
    this.memoryBytes = memory.buffer.byteLength
    this.#memory = memory
    this.#threads = parts.threads
    this.#quotient = parts.quotient
    this.#sums = parts.sums
  }

  /**
   * Lays out the memory, has the key's body written into it, and starts the threads.
   * @param fill writes the body at the start of the bytes that it is given
   * @throws Failure OUT_OF_MEMORY, or what fill throws
   */
  static async load(
    header: KeyHeader,
    fill: (body: Uint8Array) => void | Promise<void>,
    { threads = 1, spawn }: ProverOptions = {},
  ): Promise<Groth16Prover> {
    if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)
      throw new RangeError(`threads must be from 1 to ${MAX_THREADS}`)
    const isShared = spawn !== undefined && typeof SharedArrayBuffer !== 'undefined'
    const layout = new Layout(MEMORY_START)
    const key = layout.place(header.bodyBytes)
    const quotient = new Quotient(header, key, layout)
    const sums = Object.fromEntries(
      SUMS.map((name) => {
        const part = (suffix: 'Points' | 'Wires') => key + header.parts[`${name}${suffix}`].at
        const terms = {
          degree: name === 'b2' ? (2 as const) : (1 as const),
          count: header.counts[name],
          points: part('Points'),
          wires: part('Wires'),
        }
        return [name, new MultiSum(terms, layout)]
      }),
    ) as Record<SumName, MultiSum>
    const modules = await compileKernels(isShared)
    const room = roomOfTasks(modules, Object.values(sums), isShared)
    const places = Array.from({ length: isShared ? threads : 1 }, () => ({
      scratch: layout.place(SCRATCH_BYTES),
      free: layout.place(room),
    }))
    const memory = layout.memory(isShared)
    writeConstants(memory)
    await fill(new Uint8Array(memory.buffer, key, header.bodyBytes))
    const setups: ThreadSetup[] = places.map((place) => ({ modules, memory, ...place }))
    quotient.prepare(memory, new Kernels(setups[0]!))
    const running = isShared ? await spawn(setups) : ownThread(setups[0]!)
    return new Groth16Prover(header, memory, { threads: running, quotient, sums })
  }

  /**
   * Proves, and checks the proof with the strict verifier before it returns it.
   * @param witness 32 little-endian bytes per wire
   * @param onProgress from 0 to 1
   * @throws Failure WITNESS_FOREIGN, WITNESS_DAMAGED, PROOF_INVALID if the witness does not satisfy the circuit, ENGINE_FAILED
   */
  async prove(witness: Uint8Array, onProgress: (fraction: number) => void = () => {}): Promise<EngineProof> {
    const sums = await this.sums(witness, onProgress)
    const proof = blindedProof(this.header, sums, randomScalar(), randomScalar())
    const { publicSignals: count, verificationKey, vkHash } = this.header
    const publicSignals = Array.from({ length: count }, (_, i) =>
      String(littleEndian(witness, ELEMENT_BYTES * (i + 1))),
    )
    const fault = verifyGroth16({ verificationKey, publicSignals, proof }, vkHash)
    if (fault === null) return { proof, publicSignals }
    throw new Failure('PROOF_INVALID', `the proof made here does not verify (${fault})`, {
      hint: 'the witness does not satisfy the circuit, or the key is damaged',
    })
  }

  /** The sums that a proof of the witness consists of, before they are blinded. They tell of the witness. @throws Failure as prove() */
  sums(witness: Uint8Array, onProgress: (fraction: number) => void = () => {}): Promise<ProofSums> {
    const work = this.#last.then(() => this.#compute(witness, onProgress))
    this.#last = work.catch(() => {})
    return work
  }

  /** Ends the threads. A proof that is being made fails. */
  async close(): Promise<void> {
    await this.#threads.close()
  }

  async #compute(witness: Uint8Array, onProgress: (fraction: number) => void): Promise<ProofSums> {
    checkWitness(witness, this.header.wires)
    const quotient = this.#quotient
    const { a, b1, b2, c, h } = this.#sums
    const run = (tasks: readonly Task[]) => this.#threads.run(tasks)
    new Uint8Array(this.#memory.buffer).set(witness, quotient.scalars)
    await run(quotient.enter())
    const rows = quotient.rows()
    const ofWitness = [b2, a, b1, c]
    const values = await run([...rows, ...ofWitness.map((sum) => sum.prepare(quotient.scalars))])
    await run(quotient.products())
    onProgress(PHASES.rows)
    const transforms = quotient.transforms()
    const windows = ofWitness.map((sum, i) => sum.sum(values[rows.length + i]!))
    const bits = (await run([...transforms, ...windows.flat()])).slice(transforms.length).map(([low]) => low)
    const [bitsB2, bitsA, bitsB1, bitsC] = windows.map((tasks) => bits.splice(0, tasks.length))
    onProgress(PHASES.transforms)
    await run(quotient.join())
    const [prepared] = await run([h.prepare(quotient.quotient)])
    onProgress(PHASES.join)
    const bitsH = (await run(h.sum(prepared!))).map(([low]) => low)
    onProgress(PHASES.quotient)
    const memory = this.#memory
    return {
      a: a.sum1(memory, bitsA!),
      b1: b1.sum1(memory, bitsB1!),
      b2: b2.sum2(memory, bitsB2!),
      c: c.sum1(memory, bitsC!),
      h: h.sum1(memory, bitsH),
    }
  }
}

/** The most that a task needs of the memory that its thread has for it. */
function roomOfTasks(modules: ThreadSetup['modules'], sums: readonly MultiSum[], shared: boolean): number {
  const layout = new Layout(MEMORY_START)
  const scratch = layout.place(SCRATCH_BYTES)
  const kernels = new Kernels({ modules, memory: layout.memory(shared), scratch, free: 0 })
  return Math.max(...sums.map((sum) => kernels.run(sum.windowBytes)[0]))
}
