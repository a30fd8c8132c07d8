/** `inpigritas/verify/origin`: checks origin proofs with a genesis and a key alone, in Node and in browsers. */
import { parseJson } from '../codec/canonical-json.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { parseGenesis } from '../ledger/genesis.ts'
import { type OriginOptions, verifyOriginProof } from './origin.ts'
import type { OriginReport } from './origin-report.ts'

export type { Judgment, Verdict } from './judgment.ts'
export type { OriginKey, OriginOptions } from './origin.ts'
export type { OriginContent, OriginReport, OriginVerdictName } from './origin-report.ts'

/** Largest genesis file, in bytes. */
const MAX_GENESIS_BYTES = 256 * 1024 * 1024

/**
 * Checks an origin proof. No network is used, and nobody is trusted but those who made the genesis and the key.
 * @param proof the bytes of the file
 * @param genesis the text of the genesis file
 * @returns a verdict per question; PROTOCOL.md, "Origin proofs"
 * @throws DecodeError or RejectionError if the genesis cannot be read
 */
export async function checkOriginProof(
  proof: Uint8Array,
  genesis: string,
  options: OriginOptions,
): Promise<OriginReport> {
  return verifyOriginProof(proof, parseGenesis(parseJson(genesis, MAX_GENESIS_BYTES)), poseidonLite, options)
}
