import type { OnProgress } from '../../certificate/progress.ts'
import { verifyCertificate } from '../../certificate/verify.ts'
import { differenceFrom } from '../../certificate/wanted.ts'
import { utf8Decode } from '../../codec/bytes.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { chainIdOf, type Genesis, parseGenesis } from '../../ledger/genesis.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { isReached, type Policy, parsePolicy } from '../../log/policy.ts'
import { provenByFile } from '../../verify/proven-batches.ts'
import { askedBatch, askedUnits } from './asked.ts'
import { checkOrigin } from './check-origin.ts'
import { checkProof } from './check-proof.ts'
import { textOf } from './kind.ts'
import {
  type CheckRequest,
  type CheckResult,
  MAX_FILE_BYTES,
  MAX_PROOF_BYTES,
  type Refusal,
  refusal,
} from './result.ts'
import { summaryOf } from './summary.ts'

/**
 * Checks a file that somebody handed over, whatever is in it: a certificate of origin, a batch proof, a genesis, or a policy. It trusts the genesis of
 * the request, and nothing else. PROTOCOL.md, "Certificates of origin" and "Batch proofs".
 * @returns what came out; a file that cannot be read is a refusal, and never an error
 */
export async function checkFile(
  request: CheckRequest,
  poseidon: Poseidon,
  onProgress: OnProgress,
): Promise<CheckResult> {
  const { file, kind } = request
  const most = kind === 'proof' ? MAX_PROOF_BYTES : MAX_FILE_BYTES
  if (file.length > most) return refusal('TOO_LARGE', `the file has ${file.length} bytes, of at most ${most}`)
  if (kind === undefined)
    return file.length === 0
      ? refusal('EMPTY', 'the file has no byte')
      : refusal(
          'UNKNOWN_KIND',
          'it is no certificate, no proof of batches or of an origin, no genesis and no policy of witnesses',
        )
  if (kind === 'policy') return policyResult(file)
  if (kind === 'genesis') return genesisResult(file)
  const genesis = readGenesis(request.genesis)
  if ('kind' in genesis) return genesis
  if (kind === 'proof') return checkAskedProof(request, genesis)
  if (kind === 'proofs') return checkProofs(file, genesis, poseidon)
  if (kind === 'origin') return checkOrigin(request, genesis, poseidon)
  return checkCertificate(request, genesis, poseidon, onProgress)
}

/** Checks a proof, and that it is of the batch that was asked for. */
function checkAskedProof({ file, asked }: CheckRequest, genesis: Genesis): CheckResult {
  const result = checkProof(textOf(file) ?? '', genesis)
  if (asked === undefined || result.code !== null || result.signals?.index === askedBatch(asked))
    return result
  return refusal('NOT_ASKED_FOR', `the server sent the proof of batch ${result.signals?.index}`)
}

async function checkCertificate(
  { file, policy, nowMs, maxAgeMs, proofs, newer, asked }: CheckRequest,
  genesis: Genesis,
  poseidon: Poseidon,
  onProgress: OnProgress,
): Promise<CheckResult> {
  const read = policy === undefined ? undefined : readPolicy(policy)
  if (read !== undefined && 'kind' in read) return read
  const report = await verifyCertificate(file, genesis, poseidon, {
    nowMs,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(read !== undefined && { policy: read }),
    ...(proofs !== undefined && {
      proofs: (last: number) => provenByFile(genesis, proofs, poseidon, last),
    }),
    ...(newer !== undefined && { newer }),
    onProgress,
  })
  const difference = asked && report.content && differenceFrom(askedUnits(asked), report.content)
  if (difference !== undefined)
    return refusal('NOT_ASKED_FOR', `of the certificate that the server sent: ${difference}`)
  return summaryOf(report, file, genesis)
}

async function checkProofs(file: Uint8Array, genesis: Genesis, poseidon: Poseidon): Promise<CheckResult> {
  const chain = fieldToHex(chainIdOf(genesis))
  const found = await provenByFile(genesis, file, poseidon, Number.POSITIVE_INFINITY)
  if ('fault' in found) return { kind: 'proofs', chain, proven: undefined, reason: found.fault }
  const { height, key, recordsRoots } = found
  const proven = { height, batches: recordsRoots.size, development: key === 'development' }
  return { kind: 'proofs', chain, proven, reason: '' }
}

function readGenesis(file: Uint8Array | undefined): Genesis | Refusal {
  if (file === undefined)
    return refusal('NO_GENESIS', 'there is no genesis of a chain to check it against: choose a genesis file')
  try {
    return parseGenesis(parseJson(utf8Decode(file), MAX_FILE_BYTES))
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RejectionError)
      return refusal('BAD_GENESIS', error.message)
    throw error
  }
}

function genesisResult(file: Uint8Array): CheckResult {
  const genesis = readGenesis(file)
  if ('kind' in genesis) return genesis
  const { name, validators, provingKey } = genesis
  return {
    kind: 'genesis',
    chain: fieldToHex(chainIdOf(genesis)),
    name,
    validators: validators.map((validator) => validator.name),
    provingKey: provingKey.kind,
  }
}

/** Reads a policy. One that asks for nobody's signature is good C2SP, but would call all that has a checkpoint witnessed. */
function readPolicy(text: string): Policy | Refusal {
  try {
    const policy = parsePolicy(text)
    return policy.logs.length === 0 && isReached(policy, new Set())
      ? refusal('BAD_POLICY', "it asks for nobody's signature")
      : policy
  } catch (error) {
    if (error instanceof DecodeError) return refusal('BAD_POLICY', error.message)
    throw error
  }
}

function policyResult(file: Uint8Array): CheckResult {
  const policy = readPolicy(textOf(file) ?? '')
  return 'kind' in policy ? policy : { kind: 'policy', witnesses: policy.witnesses.size }
}
