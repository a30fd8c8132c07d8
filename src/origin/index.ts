/** `inpigritas/origin`: makes origin proofs, in Node and in browsers. */
import { parseJson } from '../codec/canonical-json.ts'
import { Failure } from '../config/failure.ts'
import { decodeAddress } from '../crypto/address.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { parseGenesis } from '../ledger/genesis.ts'
import { certifiedContent } from './content.ts'
import { type OriginClaim, type OriginProgress, proveOrigin } from './prove.ts'
import { type ServedOptions, servedOriginCircuits } from './served.ts'

export type { SecretKey } from '../crypto/key.ts'
export { browserThreads } from '../groth16/browser-threads.ts'
export type { OriginClaim, OriginProgress, ServedOptions }

/** The units whose origin is proven, and what the proof says of them. */
export interface AskedOrigin extends OriginClaim {
  /** Code of the asset. */
  asset: string
  /** Who holds the units; by default the only holder that the certificate shows. */
  address?: string
  /** Units of the balance before them, the oldest first; default 0. */
  offset?: bigint
  /** Number of units; by default as many as came the same way. */
  length?: bigint
}

export interface MakeOptions extends ServedOptions {
  /** URL of an api that serves circuits; only its origin counts. */
  api: string | URL
  onProgress?: OriginProgress
}

/** Largest genesis file, in bytes. */
const MAX_GENESIS_BYTES = 256 * 1024 * 1024

/**
 * Makes an origin proof from a certificate. Only circuits are asked for: nothing of what is proven leaves the machine. On a page that is not isolated,
 * or without `spawn`, the thread that calls it computes for seconds, and should be a worker's.
 * @param certificate the bytes of the file, of any range that contains the units
 * @param genesis the text of the genesis file
 * @returns the text of the proof's file
 * @throws DecodeError or RejectionError if the genesis or the address cannot be read; Failure as certifiedContent, proveOrigin and
 * servedOriginCircuits do
 */
export async function makeOriginProof(
  certificate: Uint8Array,
  genesis: string,
  asked: AskedOrigin,
  { api, onProgress, ...options }: MakeOptions,
): Promise<string> {
  const poseidon = poseidonLite
  const chain = parseGenesis(parseJson(genesis, MAX_GENESIS_BYTES))
  const content = await certifiedContent(certificate, chain, poseidon)
  const { asset: code, address, offset = 0n, length, ...claim } = asked
  const found = [...content.assets.values()].find((asset) => asset.code === code)
  if (found === undefined) throw new Failure('NO_UNITS', `the certificate does not show ${code}`)
  const units = {
    asset: found.id,
    offset,
    ...(address !== undefined && { account: decodeAddress(address) }),
    ...(length !== undefined && { length }),
  }
  const circuits = await servedOriginCircuits(api, chain.stateDepth, options)
  return proveOrigin(poseidon, content, { units, claim }, circuits, onProgress)
}
