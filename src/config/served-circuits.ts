import { Failure } from './failure.ts'

/** A file of a circuit that an api serves, named after its content, so that it never changes. */
export interface ServedFile {
  /** NAME.HASH.key or NAME.HASH.wasm, with the first 16 digits of its SHA-256. */
  file: string
  bytes: number
  /** 64 hex digits. */
  sha256: string
}

/** A circuit that whoever has its files can prove with. */
export interface ServedCircuit {
  /** As in circuits.json. */
  name: string
  template: string
  parameters: Readonly<Record<string, number>>
  kind: 'development' | 'production'
  /** Of the key that its proofs are of, 64 hex digits. */
  vkHash: string
  /** A key file of the engine. */
  key: ServedFile
  /** The program that makes witnesses. */
  program: ServedFile
}

/** Name of the manifest in the folder of circuits: a list of ServedCircuit in JSON. */
export const CIRCUITS_MANIFEST = 'manifest.json'
/** Circuits in a manifest at most, and its bytes. */
const MAX_SERVED_CIRCUITS = 64
export const MAX_MANIFEST_BYTES = 65_536
/** Bytes of a program that makes witnesses, which is read whole: that of the largest circuit has 6.1 MB. */
export const MAX_PROGRAM_BYTES = 64 * 1024 * 1024

const NAME = /^[a-z0-9-]{1,64}$/
const FILE = /^([a-z0-9-]{1,64})\.([0-9a-f]{16})\.(key|wasm)$/
const HASH = /^[0-9a-f]{64}$/

/** @throws Failure BAD_CIRCUITS */
export function parseServedCircuits(json: string): ServedCircuit[] {
  let list: unknown
  try {
    if (json.length <= MAX_MANIFEST_BYTES) list = JSON.parse(json)
  } catch {
    list = undefined
  }
  if (!Array.isArray(list) || list.length > MAX_SERVED_CIRCUITS)
    throw badCircuits('it is no list of circuits')
  return list.map(circuitIn)
}

function circuitIn(value: unknown): ServedCircuit {
  const { name, template, parameters, kind, vkHash, key, program } = Object(value)
  if (typeof name !== 'string' || !NAME.test(name)) throw badCircuits('a name is missing')
  const isSound =
    typeof template === 'string' &&
    (kind === 'development' || kind === 'production') &&
    HASH.test(vkHash) &&
    typeof parameters === 'object' &&
    Object.values(parameters ?? {}).every(Number.isSafeInteger)
  if (!isSound) throw badCircuits(`a field of ${name} is missing or malformed`)
  return {
    ...{ name, template, parameters, kind, vkHash },
    key: fileIn(key, name, 'key'),
    program: fileIn(program, name, 'wasm'),
  }
}

function fileIn(value: unknown, circuit: string, kind: string): ServedFile {
  const { file, bytes, sha256 } = Object(value)
  const [, name, digits, ending] = FILE.exec(file) ?? []
  const isNamed = name === circuit && ending === kind && HASH.test(sha256) && sha256.startsWith(digits!)
  const maxBytes = kind === 'wasm' ? MAX_PROGRAM_BYTES : Number.MAX_SAFE_INTEGER
  if (isNamed && Number.isSafeInteger(bytes) && bytes > 0 && bytes <= maxBytes) return { file, bytes, sha256 }
  throw badCircuits(`a file of ${circuit} is missing or malformed`)
}

export function badCircuits(why: string): Failure {
  return new Failure('BAD_CIRCUITS', `the manifest of circuits cannot be used: ${why}`, {
    hint: 'make the folder again: ictl circuits export',
  })
}
