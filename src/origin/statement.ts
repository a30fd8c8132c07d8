import type { CertifiedContent } from '../certificate/report.ts'
import { Failure } from '../config/failure.ts'
import { h31 } from '../crypto/h31.ts'
import type { SecretKey } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { accountOfSecret, publicKeyOf, sign } from '../crypto/sign.ts'
import { endCommitOf, originMessage } from '../ledger/origin.ts'
import { type HolderOpening, type OriginProof, readPurpose } from '../verify/origin-proof.ts'
import { proofToBytes } from '../verify/point-bytes.ts'
import type { Statement } from './input.ts'
import type { Way } from './way.ts'

/** What a proof shall say beside its units. */
export interface Claim {
  /** The verifier's text. */
  purpose: string
  /** The serials are said to be in [lo, hi); by default any that the asset has. */
  serials?: { lo: bigint; hi: bigint }
  /** A field element that nobody else knows. */
  salt: bigint
  /** The holder's; without it the proof does not show that the holder had part in it. */
  key?: SecretKey
}

/** A statement with what of it goes into the file. */
export interface OriginStatement extends Statement {
  purpose: string
  opening: HolderOpening | undefined
}

/**
 * States what is to be proven of units, and signs it. An RSA key names itself in the file, because no circuit checks RSA signatures.
 * @throws RejectionError `MALFORMED` if the purpose is not one of a file; Failure `NOT_CERTIFIED` if the certificate does not define the asset,
 * `NOT_THE_HOLDER` if the key is another's, `WRONG_SERIALS` if the units have other serials than are to be said, or the asset has none such
 */
export async function originStatement(
  poseidon: Poseidon,
  { certificate, header, assets }: CertifiedContent,
  { holding, unit, length, serial }: Way,
  { purpose, serials, salt, key }: Claim,
): Promise<OriginStatement> {
  const { account, assetId, index } = holding
  readPurpose(purpose)
  const cap = assets.get(assetId)?.cap
  if (cap === undefined)
    throw new Failure('NOT_CERTIFIED', 'the certificate does not show what the asset is', {
      hint: 'take another certificate of these units: ictl certificate',
    })
  const { lo, hi } = serials ?? { lo: 0n, hi: cap }
  if (lo < 0n || lo > serial || serial + length > hi || hi > cap)
    throw new Failure(
      'WRONG_SERIALS',
      `the units have the serials ${serial} to ${serial + length - 1n}, and the asset has ${cap}`,
    )
  if (key !== undefined && accountOfSecret(poseidon, key) !== account)
    throw new Failure('NOT_THE_HOLDER', 'the units are not held with this key')
  const signals = {
    chainId: certificate.chainId,
    stateRoot: header.stateRoot,
    historyRoot: header.historyRoot,
    assetId,
    length,
    serialLo: lo,
    serialHi: hi,
    endCommit: endCommitOf(poseidon, { account, holding: index, unit }, salt),
    purpose: h31(purpose),
    holderProven: key?.kind === 'eddsa' ? 1n : 0n,
  }
  const stated = { signals, salt, purpose, signature: undefined, opening: undefined }
  if (key === undefined) return stated
  const signature = await sign(poseidon, key, 'origin', originMessage(poseidon, signals))
  const { bytes } = publicKeyOf(key)
  return key.kind === 'eddsa'
    ? { ...stated, signature: { publicKey: bytes, signature } }
    : { ...stated, opening: { holding: index, unit, salt, spki: bytes, signature } }
}

/**
 * The content of the file, with a proof of the statement.
 * @param proof in snarkjs's format
 * @param hops of the circuit that it is of
 */
export function originProof(
  { certificate, assets }: CertifiedContent,
  { signals, purpose, opening }: OriginStatement,
  proof: unknown,
  hops: number,
): OriginProof {
  const { chainId, header, finality, later } = certificate
  return {
    chainId,
    hops,
    definition: assets.get(signals.assetId)!.definition,
    length: signals.length,
    serialLo: signals.serialLo,
    serialHi: signals.serialHi,
    purpose,
    endCommit: signals.endCommit,
    holderProven: signals.holderProven === 1n,
    header,
    finality,
    later,
    proof: proofToBytes(proof),
    opening,
  }
}
