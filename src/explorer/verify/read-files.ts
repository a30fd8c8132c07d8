import { utf8, utf8Decode } from '../../codec/bytes.ts'
import { DecodeError } from '../../codec/error.ts'
import { type FileKind, kindOf } from './kind.ts'
import { MAX_FILE_BYTES, type Refusal, refusal } from './result.ts'

/** Most files that are taken at once. */
export const MAX_FILES = 8

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

/** Files as they were handed over: those that were read, and those that were not, each with why. */
export interface Handed {
  read: HandedFile[]
  unread: { name: string; result: Refusal }[]
}

/** Reads what a visitor handed over, each file for itself. The three files of a proof become one. Files that are too large, or too many, are not read. */
export async function readFiles(files: readonly File[]): Promise<Handed> {
  const { name } = files[0]!
  if (files.length > MAX_FILES)
    return {
      read: [],
      unread: [
        { name, result: refusal('TOO_MANY', `${files.length} files, of at most ${MAX_FILES} at once`) },
      ],
    }
  const all = await Promise.all(files.map(async (file) => ({ name: file.name, ...(await contentOf(file)) })))
  const read = all.filter((each) => 'file' in each)
  const parts = PROOF_PARTS.map((part) => read.find((each) => each.name === part))
  const whole = parts.every((part) => part !== undefined)
    ? [proofOf(parts.map(({ file }) => file)), ...read.filter((each) => !PROOF_PARTS.includes(each.name))]
    : read
  return { read: whole.map(told), unread: all.filter((each) => 'result' in each) }
}

async function contentOf(file: File): Promise<{ file: Uint8Array } | { result: Refusal }> {
  if (file.size > MAX_FILE_BYTES)
    return { result: refusal('TOO_LARGE', `the file has ${file.size} bytes, of at most ${MAX_FILE_BYTES}`) }
  try {
    return { file: new Uint8Array(await file.arrayBuffer()) }
  } catch {
    return {
      result: refusal('UNREADABLE', 'it is a folder, or it was moved or changed since it was chosen'),
    }
  }
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
