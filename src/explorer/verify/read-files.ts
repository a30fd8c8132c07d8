import { utf8, utf8Decode } from '../../codec/bytes.ts'
import { DecodeError } from '../../codec/error.ts'
import { type FileKind, kindOf } from './kind.ts'
import { MAX_FILE_BYTES, type Refusal, refusal } from './result.ts'

/** Files that are taken at once. */
const MAX_FILES = 8

/** A file that a visitor handed over. */
export interface HandedFile {
  file: Uint8Array
  name: string
  /** Undefined if it is none that the page checks. */
  kind: FileKind | undefined
  /** Height that a certificate says it is as of; 0 for other files. */
  height: number
}

/** The parts of a proof as snarkjs and `ictl prove` write them, each a file. */
const PROOF_PARTS = ['proof.json', 'public.json', 'verification_key.json']

/**
 * Reads what a visitor handed over. The three files of a proof become one.
 * @returns a refusal for files that are too large or too many, without reading them
 */
export async function readFiles(files: readonly File[]): Promise<HandedFile[] | Refusal> {
  if (files.length > MAX_FILES)
    return refusal('TOO_LARGE', `${files.length} files, of at most ${MAX_FILES} at once`)
  const large = files.find(({ size }) => size > MAX_FILE_BYTES)
  if (large !== undefined)
    return refusal('TOO_LARGE', `${large.name} has ${large.size} bytes, of at most ${MAX_FILE_BYTES}`)
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, file: new Uint8Array(await file.arrayBuffer()) })),
  )
  const parts = PROOF_PARTS.map((part) => read.find(({ name }) => name === part))
  const whole = parts.every((part) => part !== undefined)
    ? [proofOf(parts.map(({ file }) => file)), ...read.filter(({ name }) => !PROOF_PARTS.includes(name))]
    : read
  return whole.map(told)
}

function proofOf(parts: readonly Uint8Array[]): { file: Uint8Array; name: string } {
  const [proof, signals, key] = parts.map((part) => textOf(part) ?? 'null')
  const text = `{"proof":${proof},"publicSignals":${signals},"verificationKey":${key}}`
  return { file: utf8(text), name: 'proof.json' }
}

/** What can be told of a file by a look at it. */
function told({ file, name }: { file: Uint8Array; name: string }): HandedFile {
  const text = textOf(file) ?? ''
  return { file, name, kind: kindOf(text), height: Number(/"height":"(\d{1,15})"/.exec(text)?.[1] ?? 0) }
}

/** The text of a file; undefined if it is not UTF-8. */
export function textOf(file: Uint8Array): string | undefined {
  try {
    return utf8Decode(file)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
