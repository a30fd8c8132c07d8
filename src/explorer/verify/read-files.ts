import { utf8 } from '../../codec/bytes.ts'
import { textOf, told } from './kind.ts'
import { type Look, MAX_FILE_BYTES, MAX_PROOF_BYTES, type Refusal, refusal } from './result.ts'

/** Most files that are taken at once. */
export const MAX_FILES = 8

/** A file that a visitor handed over. */
export interface HandedFile extends Look {
  name: string
}

/** The parts of a proof as snarkjs and `ictl prove` write them, each a file. */
const PROOF_PARTS = ['proof.json', 'public.json', 'verification_key.json']

/** Files as they were handed over: those that were read, and those that were not, each with why. */
export interface Handed {
  read: HandedFile[]
  unread: { name: string; result: Refusal }[]
}

/**
 * Reads what a visitor handed over, each file for itself. The three files of a proof become one. Files that are too large, or too many, are not read.
 * @param look reads files, and tells what they are, in their order
 */
export async function readFiles(
  files: readonly File[],
  look: (files: readonly File[]) => Promise<readonly (Look | Refusal)[]>,
): Promise<Handed> {
  const { name } = files[0]!
  if (files.length > MAX_FILES)
    return {
      read: [],
      unread: [
        { name, result: refusal('TOO_MANY', `${files.length} files, of at most ${MAX_FILES} at once`) },
      ],
    }
  const small = files.filter(({ size }) => size <= MAX_FILE_BYTES)
  const read: HandedFile[] = []
  const unread = files.filter((file) => !small.includes(file)).map(tooLarge)
  for (const [i, each] of (small.length === 0 ? [] : await look(small)).entries()) {
    const { name } = small[i]!
    if ('file' in each) read.push({ name, ...each })
    else unread.push({ name, result: each })
  }
  return { read: withWholeProof(read), unread }
}

const tooLarge = ({ name, size }: File) => ({
  name,
  result: refusal('TOO_LARGE', `the file has ${size} bytes, of at most ${MAX_FILE_BYTES}`),
})

/** The files, with one in place of the three of a proof if all of them are there. */
function withWholeProof(read: HandedFile[]): HandedFile[] {
  const parts = PROOF_PARTS.map((part) => read.find(({ name }) => name === part))
  if (!parts.every((part) => part !== undefined && part.file.length <= MAX_PROOF_BYTES)) return read
  const [proof, signals, key] = parts.map((part) => textOf(part!.file) ?? 'null')
  const file = utf8(`{"proof":${proof},"publicSignals":${signals},"verificationKey":${key}}`)
  return [
    { file, name: 'proof.json', ...told(file) },
    ...read.filter(({ name }) => !PROOF_PARTS.includes(name)),
  ]
}
