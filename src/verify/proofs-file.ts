import { bytesToBase64Url, utf8Decode } from '../codec/bytes.ts'
import { canonicalJson, parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import {
  batchCount,
  batchSignalsJson,
  countsOf,
  firstBatchOf,
  packCounts,
  parseBatchSignals,
} from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { decodeHeader } from '../ledger/header.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { type BatchClaim, type BatchSource, genesisStateRoot } from './batch-chain.ts'
import { keyFromBytes, keyToBytes, PROOF_BYTES, proofFromBytes, proofToBytes } from './point-bytes.ts'

/** The proofs of a chain's batches as a file. PROTOCOL.md, "Proofs as a file". */

const FORMAT = '1'
/** Largest file of proofs, in bytes: those of some 85,000 batches. */
export const MAX_PROOFS_BYTES = 64 * 1024 * 1024
/** Most batches of a file. */
const MAX_BATCHES = 1_000_000
/** What a batch has beside its recordsRoot, if it is proven. */
const PROOF_PROPERTIES = ['proof', 'stateRoot', 'attested', 'dataPoint', 'dataValue']
const read = new JsonReader('MALFORMED')

/** What a file of proofs has, for `verifyBatchChain`. Nothing of it is verified. */
export interface FiledProofs {
  /** In snarkjs's format. */
  verificationKey: unknown
  source: BatchSource
}

/**
 * The file with what a source shows of a chain.
 * @param verificationKey in snarkjs's format
 * @param maxBytes of the file
 * @throws DecodeError `MALFORMED` if the source shows a header, a key, a proof or signals that cannot be encoded, `TOO_LARGE` once the file would have
 * more than maxBytes
 */
export async function encodeProofs(
  genesis: Genesis,
  verificationKey: unknown,
  source: BatchSource,
  maxBytes = MAX_PROOFS_BYTES,
): Promise<string> {
  const { header, certificate } = await source.header()
  const batches: Record<string, string>[] = []
  const first = firstBatchOf(genesis)
  const { position } = decodeHeader(header)
  let bytes = 0
  for await (const claim of source.batches(position)) {
    if (claim.index < first) continue
    const entry = entryOf(claim)
    bytes += canonicalJson(entry).length
    if (bytes > maxBytes) tooLarge()
    batches.push(entry)
  }
  const text = canonicalJson({
    format: FORMAT,
    chainId: fieldToHex(chainIdOf(genesis)),
    header: bytesToBase64Url(header),
    finality: bytesToBase64Url(certificate),
    verificationKey: bytesToBase64Url(keyToBytes(verificationKey) ?? malformed('verification key')),
    batches,
  })
  return text.length > maxBytes ? tooLarge() : text
}

function tooLarge(): never {
  throw new DecodeError('TOO_LARGE', `a file of proofs has at most ${MAX_PROOFS_BYTES} bytes`)
}

function entryOf({ index, recordsRoot, proof, publicSignals }: BatchClaim): Record<string, string> {
  const root = { recordsRoot: fieldToHex(recordsRoot) }
  if (proof === null) return root
  const signals = parseBatchSignals(publicSignals) ?? malformed(`list of signals of batch ${index}`)
  return {
    ...root,
    proof: bytesToBase64Url(proofToBytes(proof)),
    stateRoot: fieldToHex(signals.stateRootAfter),
    attested: String(countsOf(signals).attested),
    dataPoint: fieldToHex(signals.dataPoint),
    dataValue: fieldToHex(signals.dataValue),
  }
}

function malformed(what: string): never {
  throw new DecodeError('MALFORMED', `the ${what} cannot be encoded`)
}

/**
 * Decodes a file of proofs: its form alone. The signals that it leaves out follow from the genesis and from the order of the batches.
 * @throws DecodeError `TOO_LARGE`, `MALFORMED` or `NOT_CANONICAL`, RejectionError `MALFORMED` with the path of the fault
 */
export function decodeProofs(bytes: Uint8Array, genesis: Genesis, poseidon: Poseidon): FiledProofs {
  if (bytes.length > MAX_PROOFS_BYTES) tooLarge()
  const text = utf8Decode(bytes)
  const json = parseJson(text, MAX_PROOFS_BYTES)
  const names = ['format', 'chainId', 'header', 'finality', 'verificationKey', 'batches']
  const all = read.object(json, 'proofs', names)
  if (all.format !== FORMAT) read.fail('format', `must be "${FORMAT}"`)
  const chainId = read.field(all.chainId, 'chainId')
  if (chainId !== chainIdOf(genesis)) read.fail('chainId', 'is of another chain than the genesis')
  const header = read.bytes(all.header, 'header')
  const { position } = decodeHeader(header)
  const certificate = read.bytes(all.finality, 'finality')
  const verificationKey = keyFromBytes(read.bytes(all.verificationKey, 'verificationKey'))
  const entries = read.list(all.batches, 'batches', MAX_BATCHES)
  const claims = claimsOf(entries, genesis, chainId, poseidon)
  const expected = Math.max(firstBatchOf(genesis), batchCount(position, genesis.batchSize))
  if (claims.length !== expected) read.fail('batches', `must be those before position ${position}`)
  if (canonicalJson(json) !== text)
    throw new DecodeError('NOT_CANONICAL', 'the file of proofs is not canonical JSON (RFC 8785)')
  return {
    verificationKey,
    source: {
      header: async () => ({ header, certificate }),
      async *batches() {
        yield* claims
      },
    },
  }
}

/** The batches with all their signals, after empty entries for those of the genesis. */
function claimsOf(
  entries: readonly unknown[],
  genesis: Genesis,
  chainId: bigint,
  poseidon: Poseidon,
): BatchClaim[] {
  const none = { recordsRoot: 0n, proof: null, publicSignals: null }
  const claims: BatchClaim[] = Array.from({ length: firstBatchOf(genesis) }, (_, index) => ({
    index,
    ...none,
  }))
  let stateRootBefore = genesisStateRoot(genesis, poseidon)
  for (const [i, entry] of entries.entries()) {
    const path = `batches.${i}`
    const index = claims.length
    const hasProof = Object.hasOwn(read.entries(entry, path), 'proof')
    const fields = read.object(entry, path, ['recordsRoot', ...(hasProof ? PROOF_PROPERTIES : [])])
    const recordsRoot = read.field(fields.recordsRoot, `${path}.recordsRoot`)
    if (!hasProof) {
      claims.push({ ...none, index, recordsRoot })
      continue
    }
    const proof = read.bytes(fields.proof, `${path}.proof`)
    if (proof.length !== PROOF_BYTES) read.fail(`${path}.proof`, `must have ${PROOF_BYTES} bytes`)
    const stateRootAfter = read.field(fields.stateRoot, `${path}.stateRoot`)
    const attested = read.integer(fields.attested, `${path}.attested`, 0, genesis.batchSize)
    const counts = packCounts({ proven: genesis.batchSize - attested, attested })
    const [dataPoint, dataValue] = [
      read.field(fields.dataPoint, `${path}.dataPoint`),
      read.field(fields.dataValue, `${path}.dataValue`),
    ]
    const signals = {
      ...{ chainId, index: BigInt(index), stateRootBefore, stateRootAfter },
      ...{ recordsRoot, counts, dataPoint, dataValue },
    }
    claims.push({
      index,
      recordsRoot,
      proof: proofFromBytes(proof),
      publicSignals: batchSignalsJson(signals),
    })
    stateRootBefore = stateRootAfter
  }
  return claims
}
