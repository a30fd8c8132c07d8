import { utf8 } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { R } from '../crypto/field.ts'
import { viewOf } from './sections.ts'

/** A signal's value: a field element, or an array of them, nested as the circuit declares it. */
export type SignalValue = bigint | string | readonly SignalValue[]

/** The values of a circuit's inputs by signal. Texts are decimal numbers. */
export type CircuitInput = Readonly<Record<string, SignalValue>>

/** What circom 2's programs export. Numbers are passed word by word through memory that both sides share. */
interface Exports {
  init(checks: number): void
  /** Words of 32 bits per element. */
  getFieldNumLen32(): number
  getInputSize(): number
  /** Elements of an input, which is named by a hash; negative if there is none. */
  getInputSignalSize(high: number, low: number): number
  /** Takes the element at a place of an input from the shared memory; the last one starts the computation. */
  setInputSignal(high: number, low: number, at: number): void
  getWitnessSize(): number
  /** Puts a value of the witness into the shared memory. */
  getWitness(at: number): void
  readSharedRWMemory(word: number): number
  writeSharedRWMemory(word: number, value: number): void
}

const ELEMENT_BYTES = 32
const WORDS = ELEMENT_BYTES / 4
/** Codes of circom's exceptions, by what they mean. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'it has no such signal',
  2: 'too many signals are set',
  3: 'a signal is set twice',
  4: 'an assertion fails',
  5: 'there is not enough memory',
  6: 'an array is too long',
}

/**
 * The program that circom makes of a circuit, which computes a witness from its inputs. Needs nothing of Node. It has no access to anything but the
 * inputs: what it imports are notices.
 */
export class WitnessProgram {
  readonly #module: WebAssembly.Module

  private constructor(module: WebAssembly.Module) {
    this.#module = module
  }

  /** @throws WebAssembly.CompileError */
  static async compile(wasm: Uint8Array): Promise<WitnessProgram> {
    return new WitnessProgram(await WebAssembly.compile(wasm as BufferSource))
  }

  /**
   * The witness of inputs: 32 little-endian bytes per wire. Each takes an instance of its own, so none sees what is left of another.
   * @throws Failure WITNESS_FAILED if they do not satisfy the circuit, or are not its inputs
   */
  async witness(input: CircuitInput): Promise<Uint8Array> {
    const instance = await WebAssembly.instantiate(this.#module, this.#imports())
    const program = instance.exports as unknown as Exports
    if (program.getFieldNumLen32() !== WORDS) throw failed('it is of another field')
    program.init(1)
    let left = program.getInputSize()
    for (const [name, value] of Object.entries(input)) left -= setSignal(program, name, flat(value))
    if (left !== 0) throw failed(`${left} of its inputs are missing`)
    return witnessOf(program)
  }

  /** Its exceptions end the computation; what else it says is for people who debug circuits. */
  #imports(): WebAssembly.Imports {
    const imports: Record<string, Record<string, () => void>> = {}
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      imports[module] ??= {}
      imports[module][name] = name === 'exceptionHandler' ? raise : () => {}
    }
    return imports
  }
}

function raise(code?: number): never {
  throw failed(EXCEPTIONS[code ?? 0] ?? `exception ${code}`)
}

/** @returns how many elements it set */
function setSignal(program: Exports, name: string, values: readonly bigint[]): number {
  const [high, low] = signalHash(name)
  if (program.getInputSignalSize(high, low) !== values.length)
    throw failed(`its input ${name} is another one, or has not ${values.length} elements`)
  for (const [at, value] of values.entries()) {
    for (let word = 0; word < WORDS; word++)
      program.writeSharedRWMemory(word, Number((value >> BigInt(32 * word)) & 0xffff_ffffn))
    program.setInputSignal(high, low, at)
  }
  return values.length
}

function witnessOf(program: Exports): Uint8Array {
  const wires = program.getWitnessSize()
  const witness = new Uint8Array(ELEMENT_BYTES * wires)
  const view = viewOf(witness)
  for (let wire = 0; wire < wires; wire++) {
    program.getWitness(wire)
    for (let word = 0; word < WORDS; word++)
      view.setUint32(ELEMENT_BYTES * wire + 4 * word, program.readSharedRWMemory(word), true)
  }
  return witness
}

function flat(value: SignalValue): bigint[] {
  if (typeof value === 'object') return value.flatMap(flat)
  const element = BigInt(value)
  if (element < 0n || element >= R) throw failed('a value is not a field element')
  return [element]
}

/** The hash by which circom names an input: FNV-1a of 64 bits, in two halves. */
function signalHash(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n
  for (const byte of utf8(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return [Number(hash >> 32n), Number(hash & 0xffff_ffffn)]
}

function failed(why: string): Failure {
  return new Failure('WITNESS_FAILED', `the inputs do not satisfy the circuit: ${why}`)
}
