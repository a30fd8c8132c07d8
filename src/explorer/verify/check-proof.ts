import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { type BatchSignals, countsOf, parseBatchSignals } from '../../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import { type Groth16Claim, type ProofFault, verifyGroth16 } from '../../verify/groth16.ts'
import { isDevelopmentKey, parseVerificationKey } from '../../verify/verification-key.ts'
import { MAX_PROOF_BYTES, type ProofResult } from './result.ts'

/**
 * Checks a batch proof alone, as one JSON object of snarkjs's `proof`, `publicSignals` and `verificationKey`: that it verifies under the key that the genesis pins, and is of its chain. That its batch is in the final history it
 * cannot show; only all batches from the genesis on can.
 */
export function checkProof(text: string, genesis: Genesis): ProofResult {
  const chainId = chainIdOf(genesis)
  const claim = claimIn(text)
  const key = parseVerificationKey(claim.verificationKey)
  const result = {
    kind: 'proof',
    chain: fieldToHex(chainId),
    development: key !== undefined && isDevelopmentKey(key),
  } as const
  const fault = faultOf(claim, genesis, result.development)
  if (fault !== null) return { ...result, code: fault, signals: undefined }
  const signals = parseBatchSignals(claim.publicSignals)
  if (signals === undefined) return { ...result, code: 'BAD_SIGNALS', signals: undefined }
  if (signals.chainId !== chainId) return { ...result, code: 'WRONG_CHAIN', signals: undefined }
  return { ...result, code: null, signals: shown(signals) }
}

/** A chain for production does not pin a key that anyone can forge with; if it does, its proofs prove nothing. */
function faultOf(claim: Groth16Claim, { provingKey }: Genesis, development: boolean): ProofFault {
  if (development && provingKey.kind === 'production') return 'WRONG_VERIFICATION_KEY'
  return verifyGroth16(claim, provingKey.vkHash)
}

/** The parts of a file; nothing of them is checked. */
function claimIn(text: string): Groth16Claim {
  try {
    const { verificationKey, publicSignals, proof } = (parseJson(text, MAX_PROOF_BYTES) ?? {}) as Record<
      string,
      unknown
    >
    return { verificationKey, publicSignals, proof }
  } catch (error) {
    if (error instanceof DecodeError || error instanceof SyntaxError)
      return { verificationKey: undefined, publicSignals: undefined, proof: undefined }
    throw error
  }
}

function shown(signals: BatchSignals): ProofResult['signals'] {
  const { chainId, index, stateRootBefore, stateRootAfter, recordsRoot } = signals
  return {
    chainId: fieldToHex(chainId),
    index: String(index),
    stateRootBefore: fieldToHex(stateRootBefore),
    stateRootAfter: fieldToHex(stateRootAfter),
    recordsRoot: fieldToHex(recordsRoot),
    ...countsOf(signals),
  }
}
