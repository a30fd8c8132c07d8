import { MAX_TIME_MS } from '../codec/time.ts'
import { accountOf } from '../crypto/account.ts'
import { h31 } from '../crypto/h31.ts'
import { rsaMessage } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { verifyRsaByWebCrypto } from '../crypto/rsa-verify.ts'
import { assetOf } from '../ledger/definition.ts'
import { eraClockOf, timeOfEra } from '../ledger/era.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { decodeHeader } from '../ledger/header.ts'
import { endCommitOf, type OriginSignals, originMessage, originSignalsJson } from '../ledger/origin.ts'
import { decodeFaultOf } from './decode-fault.ts'
import { checkFinality } from './final-header.ts'
import { verifyGroth16 } from './groth16.ts'
import { type Age, type Judgment, judgeAge } from './judgment.ts'
import { decodeOriginProof, type OriginProof } from './origin-proof.ts'
import type { OriginFault, OriginReport } from './origin-report.ts'
import { proofFromBytes } from './point-bytes.ts'
import { checkProductionKey, parseVerificationKey } from './verification-key.ts'

/** A key that origin proofs must be of. */
export interface OriginKey {
  /** In snarkjs's format. */
  verificationKey: unknown
  /** That the verifier trusts, 64 hex digits. */
  vkHash: string
}

export interface OriginOptions extends Age {
  /** The key of the circuit with at most so many hops over the chain's state tree; undefined if the verifier has none. */
  keyFor: (hops: number) => OriginKey | undefined
  /** The text that the verifier gave for the proof to be made for; by default the verdict is unknown. */
  purpose?: string
}

class OriginError extends Error {
  readonly code: OriginFault

  constructor(code: OriginFault, message: string) {
    super(message)
    this.code = code
  }
}

const FINALITY_FAULTS = {
  WRONG_CHAIN: 'the later header is of another chain than this genesis',
  NOT_IN_LOG: 'the header is not in the log of the later one',
}

/** Checks an origin proof against a genesis and a key, and nothing else: no network, no trust in whoever made it. PROTOCOL.md, "Origin proofs". */
export async function verifyOriginProof(
  bytes: Uint8Array,
  genesis: Genesis,
  poseidon: Poseidon,
  options: OriginOptions,
): Promise<OriginReport> {
  try {
    return await judge(decodeOriginProof(bytes), genesis, poseidon, options)
  } catch (error) {
    const fault = error instanceof OriginError ? error : decodeFaultOf(error, true)
    if (fault === undefined) throw error
    return broken(fault.code, fault.message)
  }
}

function broken(code: OriginFault, reason: string): OriginReport {
  const unknown: Judgment = { verdict: 'unknown', reason: 'the origin proof is not intact' }
  return {
    intact: { verdict: 'no', code, reason },
    proven: unknown,
    final: unknown,
    holder: unknown,
    purpose: unknown,
    fresh: unknown,
    content: undefined,
  }
}

async function judge(
  origin: OriginProof,
  genesis: Genesis,
  poseidon: Poseidon,
  options: OriginOptions,
): Promise<OriginReport> {
  const chainId = chainIdOf(genesis)
  const header = decodeHeader(origin.header)
  if (origin.chainId !== chainId || header.chainId !== chainId)
    throw new OriginError('WRONG_CHAIN', 'the origin proof is of another chain than this genesis')
  const finality = checkFinality(genesis, header, origin)
  if (typeof finality === 'string') throw new OriginError(finality, FINALITY_FAULTS[finality])
  const asset = assetOf(poseidon, origin.definition, 0)
  const signals: OriginSignals = {
    chainId,
    stateRoot: header.stateRoot,
    historyRoot: header.historyRoot,
    assetId: asset.id,
    length: origin.length,
    serialLo: origin.serialLo,
    serialHi: origin.serialHi,
    endCommit: origin.endCommit,
    purpose: h31(origin.purpose),
    holderProven: origin.holderProven ? 1n : 0n,
  }
  const timeMs = timeOfEra(eraClockOf(genesis), header.era)
  if (timeMs > MAX_TIME_MS) throw new OriginError('MALFORMED', `era ${header.era} is beyond all dates`)
  const proven = judgeProof(origin, signals, genesis, options)
  const { judgment: holder, account } =
    proven.verdict === 'yes'
      ? await judgeHolder(poseidon, origin, signals)
      : { judgment: unproven(proven), account: undefined }
  return {
    intact: { verdict: 'yes', code: null, reason: `it is of this chain, as of block ${header.height}` },
    proven,
    final: { verdict: finality.isFinal ? 'yes' : 'no', reason: finality.reason },
    holder,
    purpose: judgePurpose(origin.purpose, options.purpose),
    fresh: judgeAge(timeMs, options),
    content: { origin, header, timeMs, asset, signals, account },
  }
}

/** What a proof that is not shown to be valid says of a holder. */
const unproven = ({ verdict }: Judgment): Judgment => ({
  verdict,
  reason: verdict === 'no' ? 'the proof is not valid' : 'the proof was not checked',
})

function judgeProof(
  { hops, proof }: OriginProof,
  signals: OriginSignals,
  { provingKey, stateDepth }: Genesis,
  { keyFor }: OriginOptions,
): Judgment {
  const key = keyFor(hops)
  if (key === undefined)
    return { verdict: 'unknown', reason: `there is no key here for ${hops} hops and depth ${stateDepth}` }
  const { verificationKey, vkHash } = key
  if (provingKey.kind === 'production') {
    const parsed = parseVerificationKey(verificationKey)
    const fault = parsed === undefined ? 'BAD_VERIFICATION_KEY' : checkProductionKey(parsed)
    if (fault !== null)
      return {
        verdict: 'no',
        reason: `the key is not fit for the production that the genesis states: ${fault}`,
      }
  }
  const claim = { verificationKey, publicSignals: originSignalsJson(signals), proof: proofFromBytes(proof) }
  const fault = verifyGroth16(claim, vkHash)
  return fault === null
    ? { verdict: 'yes', reason: `units with these serials were held, at most ${hops} hops after their issue` }
    : { verdict: 'no', reason: `the proof does not verify (${fault})` }
}

async function judgeHolder(
  poseidon: Poseidon,
  { holderProven, opening }: OriginProof,
  signals: OriginSignals,
): Promise<{ judgment: Judgment; account: bigint | undefined }> {
  const judged = (verdict: 'yes' | 'no', reason: string, account?: bigint) => ({
    judgment: { verdict, reason },
    account,
  })
  if (opening === undefined)
    return holderProven
      ? judged('yes', 'their holder, whom the proof does not name, signed it for its purpose')
      : judged('no', 'nothing shows that their holder had part in it')
  const { spki, signature, salt, holding, unit } = opening
  const account = accountOf(poseidon, { kind: 'rsa', bytes: spki })
  if (endCommitOf(poseidon, { account, holding, unit }, salt) !== signals.endCommit)
    return judged('no', 'the holder that it names is not the one that the proof commits to')
  const message = rsaMessage('origin', originMessage(poseidon, signals))
  return (await verifyRsaByWebCrypto(spki, message, signature))
    ? judged('yes', 'their holder, whom it names, signed it for its purpose', account)
    : judged('no', 'the signature of the holder that it names is not valid')
}

function judgePurpose(purpose: string, asked: string | undefined): Judgment {
  if (asked === undefined) return { verdict: 'unknown', reason: 'no purpose was asked for' }
  return purpose === asked
    ? { verdict: 'yes', reason: 'it is made for the purpose that was asked for' }
    : { verdict: 'no', reason: 'it is made for another purpose than was asked for' }
}
