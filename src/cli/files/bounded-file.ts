import { readFileSync, statSync } from 'node:fs'
import { MAX_CERTIFICATE_BYTES } from '../../certificate/certificate.ts'
import { Failure } from '../../config/failure.ts'
import { MAX_PROOFS_BYTES } from '../../verify/proofs-file.ts'

/** Reads a certificate. @throws Failure `TOO_LARGE` */
export const readCertificateFile = (path: string): Uint8Array =>
  readBounded(path, 'certificate', MAX_CERTIFICATE_BYTES)

/** Reads a file of proofs. @throws Failure `TOO_LARGE` */
export const readProofsFile = (path: string): Uint8Array =>
  readBounded(path, 'file of proofs', MAX_PROOFS_BYTES)

function readBounded(path: string, what: string, maxBytes: number): Uint8Array {
  if (statSync(path).size > maxBytes)
    throw new Failure('TOO_LARGE', `${path} has more than the ${maxBytes} bytes of the largest ${what}`)
  return readFileSync(path)
}
