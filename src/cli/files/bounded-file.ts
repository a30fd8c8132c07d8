import { closeSync, openSync, readSync } from 'node:fs'
import { MAX_CERTIFICATE_BYTES } from '../../certificate/certificate.ts'
import { Failure } from '../../config/failure.ts'
import { MAX_PROOFS_BYTES } from '../../verify/proofs-file.ts'

const CHUNK_BYTES = 65_536

/** Reads a certificate. @throws Failure `TOO_LARGE` */
export const readCertificateFile = (path: string): Uint8Array =>
  readBounded(path, 'certificate', MAX_CERTIFICATE_BYTES)

/** Reads a file of proofs. @throws Failure `TOO_LARGE` */
export const readProofsFile = (path: string): Uint8Array =>
  readBounded(path, 'file of proofs', MAX_PROOFS_BYTES)

/** Reads a file, pipe or device. @throws Failure `TOO_LARGE` */
export function readBounded(path: string, what: string, maxBytes: number): Uint8Array {
  const bytes = readUpTo(path, maxBytes)
  if (bytes !== undefined) return bytes
  throw new Failure('TOO_LARGE', `${path} has more than the ${maxBytes} bytes of the largest ${what}`)
}

/** The bytes of a file, pipe or device; undefined if it has more than `maxBytes`, of which no more are read. */
export function readUpTo(path: string, maxBytes: number): Uint8Array | undefined {
  const file = openSync(path, 'r')
  try {
    const parts: Uint8Array[] = []
    for (let left = maxBytes; left >= 0; ) {
      const part = new Uint8Array(CHUNK_BYTES)
      const length = readSync(file, part)
      if (length === 0) return Buffer.concat(parts)
      parts.push(part.subarray(0, length))
      left -= length
    }
    return undefined
  } catch (error) {
    throw Object.assign(error as Error, { path })
  } finally {
    closeSync(file)
  }
}
