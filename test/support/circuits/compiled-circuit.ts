import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { R } from '../../../src/crypto/field.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { type CompileOptions, compileCircuit } from '../../../src/setup/compile.ts'
import { testFolder } from '../shared/test-folder.ts'
import { Constraints } from './constraints.ts'

export type Signals = bigint | number | boolean | string | readonly Signals[]

interface Exports {
  init(sanityCheck: number): void
  getInputSignalSize(high: number, low: number): number
  setInputSignal(high: number, low: number, index: number): void
  getInputSize(): number
  getWitnessSize(): number
  getWitness(index: number): void
  writeSharedRWMemory(index: number, word: number): void
  readSharedRWMemory(index: number): number
}

const WORDS = 8
/** A number as it is read from the witness generator, word by word. */
const SHARED = new DataView(new ArrayBuffer(4 * WORDS))

/** A compiled circuit with a loaded witness generator, so that a test can try many inputs. */
export class TestCircuit {
  readonly #module: WebAssembly.Module
  #exports: Exports

  private constructor(module: WebAssembly.Module) {
    this.#module = module
    this.#exports = this.#instantiate()
  }

  static load(wasm: string): TestCircuit {
    return new TestCircuit(new WebAssembly.Module(readFileSync(wasm)))
  }

  /** Compiles one template of a file in circuits/. */
  static async compile(
    file: string,
    template: string,
    ...parameters: (number | bigint)[]
  ): Promise<TestCircuit> {
    const folder = testFolder('circuit')
    const named = Object.fromEntries(parameters.map((value, i) => [i, Number(value)]))
    const circuit = { name: 'test', file, template, parameters: named, public: [] } as unknown as Circuit
    try {
      await compileCircuit(circuit, folder)
      return TestCircuit.load(join(folder, 'test.wasm'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** The first `count` outputs, or undefined if a constraint rejects the inputs. */
  run(inputs: Record<string, Signals>, count = 0): bigint[] | undefined {
    if (!this.#set(inputs)) return undefined
    return Array.from({ length: count }, (_, i) => this.#wire(i + 1))
  }

  /** The whole witness, wire by wire; undefined if a constraint rejects the inputs. */
  witness(inputs: Record<string, Signals>): bigint[] | undefined {
    if (!this.#set(inputs)) return undefined
    return Array.from({ length: this.#exports.getWitnessSize() }, (_, i) => this.#wire(i))
  }

  /** @returns false if a constraint rejects the inputs */
  #set(inputs: Record<string, Signals>): boolean {
    const wasm = this.#exports
    wasm.init(0)
    let set = 0
    try {
      for (const [name, value] of Object.entries(inputs)) {
        const [high, low] = hashOf(name)
        const values = flat(value)
        const size = wasm.getInputSignalSize(high, low)
        if (size !== values.length) throw new Error(`signal ${name} has ${size} values, not ${values.length}`)
        for (const [i, number] of values.entries()) {
          for (let word = 0; word < WORDS; word++) {
            wasm.writeSharedRWMemory(word, Number((number >> BigInt(32 * word)) & 0xffffffffn))
          }
          wasm.setInputSignal(high, low, i)
          set++
        }
      }
    } catch (error) {
      this.#exports = this.#instantiate()
      if (error instanceof AssertionFailed) return false
      throw error
    }
    if (set !== wasm.getInputSize()) throw new Error(`${set} inputs of ${wasm.getInputSize()} were set`)
    return true
  }

  #wire(index: number): bigint {
    const wasm = this.#exports
    wasm.getWitness(index)
    for (let word = 0; word < WORDS; word++) SHARED.setUint32(4 * word, wasm.readSharedRWMemory(word), true)
    let value = SHARED.getBigUint64(24, true)
    for (const at of [16, 8, 0]) value = (value << 64n) | SHARED.getBigUint64(at, true)
    return value
  }

  accepts(inputs: Record<string, Signals>): boolean {
    return this.run(inputs) !== undefined
  }

  #instantiate(): Exports {
    const runtime = {
      exceptionHandler(code: number) {
        if (code === 4) throw new AssertionFailed()
        throw new Error(`the witness generator failed with code ${code}`)
      },
      printErrorMessage() {},
      writeBufferMessage() {},
      showSharedRWMemory() {},
    }
    return new WebAssembly.Instance(this.#module, { runtime }).exports as unknown as Exports
  }
}

/** A circuit with its constraints and the wire of each signal. */
export interface Compiled {
  circuit: TestCircuit
  constraints: Constraints
  /** Wires by signal name, without those that simplification removed. */
  wires: Map<string, number>
}

/** Compiles an instance. @param edit changes the sources first, file by file, including those of circomlib */
export async function compileWhole(
  circuit: Pick<Circuit, 'file' | 'template' | 'parameters' | 'public'>,
  { level, edit }: { level?: CompileOptions['level']; edit?: (file: string, source: string) => string } = {},
): Promise<Compiled> {
  const folder = testFolder('circuit')
  try {
    await compileCircuit({ ...circuit, name: 'test' } as Circuit, folder, {
      symbols: true,
      ...(level === undefined ? {} : { level }),
      ...(edit === undefined ? {} : { edit: (sources: string) => editAll(sources, edit) }),
    })
    const wires = new Map<string, number>()
    for (const line of readFileSync(join(folder, 'test.sym'), 'utf8').trim().split('\n')) {
      const [, wire, , name] = line.split(',')
      if (wire !== '-1') wires.set(name!, Number(wire))
    }
    return {
      circuit: TestCircuit.load(join(folder, 'test.wasm')),
      constraints: Constraints.read(join(folder, 'test.r1cs')),
      wires,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function editAll(sources: string, edit: (file: string, source: string) => string): void {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => name.endsWith('.circom'))) {
    const path = join(sources, file)
    writeFileSync(path, edit(file.replaceAll('\\', '/'), readFileSync(path, 'utf8')))
  }
}

/** Code 4 of circom's witness generator: a constraint does not hold. */
class AssertionFailed extends Error {}

function flat(value: Signals): bigint[] {
  if (Array.isArray(value)) return value.flatMap(flat)
  const number = BigInt(value as bigint) % R
  return [number < 0n ? number + R : number]
}

/** 64-bit FNV-1a of a signal's name, which identifies the signal to the witness generator. */
function hashOf(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(name)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  }
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)]
}
