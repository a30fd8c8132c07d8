import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { Failure } from '../config/failure.ts'
import { deriveKey } from './derive-key.ts'
import {
  checkDigest,
  damaged,
  encodeKey,
  headerBytes,
  PREFIX_BYTES,
  parseHeader,
  type Sha256,
} from './key.ts'
import { nodeThreads } from './node-threads.ts'
import { Groth16Prover } from './prover.ts'
import { removeLeftovers, temporaryName } from './temporary-file.ts'

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Where the key file of a zkey lies: beside it, named by its hash. @param sha256 of the zkey, 64 hex digits */
export function keyFileOf(zkey: string, sha256: string): string {
  return `${zkey.replace(/\.zkey$/, '')}.${sha256.slice(0, 16)}.key`
}

/**
 * Makes a key file of a zkey. It appears under its name complete, or not at all; what killed processes left of it is removed.
 * @param expected SHA-256 that the zkey must have, 64 hex digits
 * @throws Failure KEY_DAMAGED
 */
export async function writeKeyFile(zkey: string, path: string, expected?: string): Promise<void> {
  const file = readFileSync(zkey)
  const hash = Buffer.from(sha256(file)).toString('hex')
  if (expected !== undefined && hash !== expected)
    throw new Failure('KEY_DAMAGED', `${zkey} is not what was built or installed: its hash is another`)
  const parts = encodeKey(await deriveKey(file, hash), sha256)
  removeLeftovers(path)
  const temporary = temporaryName(path)
  try {
    writeFileSync(temporary, '')
    const fd = openSync(temporary, 'r+')
    try {
      let at = 0
      for (const part of parts)
        for (let done = 0; done < part.length; ) {
          const written = writeSync(fd, part, done, part.length - done, at)
          done += written
          at += written
        }
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/**
 * A prover with the key of a key file, which it reads straight into its memory and checks by its hash.
 * @param threads 1: this thread; more: so many workers over shared memory
 * @throws Failure KEY_DAMAGED, OUT_OF_MEMORY, ENGINE_FAILED; errors of the file system
 */
export async function openKeyFile(path: string, threads: number): Promise<Groth16Prover> {
  const fd = openSync(path, 'r')
  try {
    const prefix = readFully(fd, new Uint8Array(PREFIX_BYTES), 0)
    const json = readFully(fd, new Uint8Array(headerBytes(prefix)), PREFIX_BYTES)
    const header = parseHeader(json)
    const bodyAt = PREFIX_BYTES + json.length
    if (fstatSync(fd).size !== bodyAt + header.bodyBytes) throw damaged('it is cut')
    const fill = (body: Uint8Array) => checkDigest(prefix, sha256(json, readFully(fd, body, bodyAt)))
    return await Groth16Prover.load(header, fill, threads === 1 ? {} : { threads, spawn: nodeThreads })
  } finally {
    closeSync(fd)
  }
}

/**
 * A prover for a zkey. Its key file is made if it is missing, and once more if it is damaged.
 * @param sha256 of the zkey, 64 hex digits
 * @throws Failure KEY_DAMAGED if the zkey is; OUT_OF_MEMORY, ENGINE_FAILED; errors of the file system
 */
export async function openProver(zkey: string, sha256: string, threads: number): Promise<Groth16Prover> {
  const path = keyFileOf(zkey, sha256)
  if (existsSync(path)) {
    try {
      const prover = await openKeyFile(path, threads)
      if (prover.header.zkey === sha256) return prover
      await prover.close()
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'KEY_DAMAGED')) throw error
    }
  }
  await writeKeyFile(zkey, path, sha256)
  return openKeyFile(path, threads)
}

function readFully(fd: number, into: Uint8Array, at: number): Uint8Array {
  for (let done = 0; done < into.length; ) {
    const read = readSync(fd, into, done, into.length - done, at + done)
    if (read === 0) throw damaged('it is cut')
    done += read
  }
  return into
}
