/** `inpigritas/verify/certificate`: checks certificates of origin with a genesis alone, in Node and in browsers. */
import { parseJson } from '../codec/canonical-json.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { parseGenesis } from '../ledger/genesis.ts'
import { provenByFile } from '../verify/proven-batches.ts'
import type { CertificateReport, VerifyOptions } from './report.ts'
import { verifyCertificate } from './verify.ts'

/** Reads who must have cosigned a checkpoint, C2SP tlog-policy, for `VerifyOptions.policy`. */
export { type Policy, parsePolicy } from '../log/policy.ts'
export type {
  CertificateReport,
  CertifiedContent,
  Judgment,
  Verdict,
  VerdictName,
  VerifyOptions,
} from './report.ts'

/** As `VerifyOptions`, with the proofs of batches as a file. */
export interface CheckOptions extends Omit<VerifyOptions, 'proofs'> {
  /** The bytes of a file of proofs (`ictl export proofs`); by default it is unknown whether the records are proven. */
  proofs?: Uint8Array
}

/** Largest genesis file, in bytes. */
const MAX_GENESIS_BYTES = 256 * 1024 * 1024

/**
 * Checks a certificate of origin. No network is used, and nobody is trusted but those who made the genesis.
 * @param certificate the bytes of the file
 * @param genesis the text of the genesis file
 * @returns a verdict per question; PROTOCOL.md, "Certificates of origin"
 * @throws DecodeError or RejectionError if the genesis cannot be read
 */
export async function checkCertificate(
  certificate: Uint8Array,
  genesis: string,
  { proofs, ...options }: CheckOptions = { nowMs: Date.now() },
): Promise<CertificateReport> {
  const parsed = parseGenesis(parseJson(genesis, MAX_GENESIS_BYTES))
  return verifyCertificate(certificate, parsed, poseidonLite, {
    ...options,
    ...(proofs && { proofs: (last: number) => provenByFile(parsed, proofs, poseidonLite, last) }),
  })
}
