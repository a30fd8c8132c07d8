import { bytesToHex } from '../codec/bytes.ts'
import { isCertified } from '../consensus/certify.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { verifyEd25519 } from '../crypto/ed25519-verify.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { type BlockHeader, blockHash, decodeHeader } from '../ledger/header.ts'
import { entryHash } from '../log/merkle.ts'
import { verifyInclusion } from '../log/proofs.ts'

/**
 * True if a quorum of the genesis's validators made this header final. PROTOCOL.md, "Certificates".
 * @param finality an encoded final certificate
 * @throws DecodeError or RejectionError if the certificate cannot be decoded
 */
export function isFinalHeader(genesis: Genesis, header: BlockHeader, finality: Uint8Array): boolean {
  const validators = genesis.validators.length
  const certificate = decodeCertificate(finality, validators)
  const chainId = chainIdOf(genesis)
  const verifying = {
    chainId,
    validators,
    verify: (validator: number, message: Uint8Array, signature: Uint8Array) =>
      verifyEd25519(genesis.validators[validator]?.votingKey ?? new Uint8Array(), message, signature),
  }
  const isOfHeader = certificate.hash === bytesToHex(blockHash(header)) && header.chainId === chainId
  return certificate.kind === 'finalize' && isOfHeader && isCertified(verifying, certificate)
}

/** A header whose log of headers shows that an earlier one is of the same chain. */
export interface LaterHeader {
  /** Encoded. */
  header: Uint8Array
  /** The inclusion proof of the earlier header under its logRoot (RFC 6962). */
  inclusion: Uint8Array[]
}

/** A header with what shows that it is final. */
export interface FinalityClaim {
  /** Encoded. */
  header: Uint8Array
  /** An encoded final certificate of that header, or of the later one. */
  finality: Uint8Array
  /** A later final header, whose log has the header; undefined if `finality` is of the header itself. */
  later: LaterHeader | undefined
}

/** What a quorum of a genesis's validators made final, if it did: the header itself, or a later one that has it in its log. */
export interface Finality {
  isFinal: boolean
  /** In words. */
  reason: string
}

/**
 * Whether a quorum of the genesis's validators made a header final, itself or through a later one.
 * @returns `WRONG_CHAIN` if the later header is of another chain, `NOT_IN_LOG` if its log does not have the header
 * @throws DecodeError or RejectionError if a part cannot be decoded
 */
export function checkFinality(
  genesis: Genesis,
  { height }: BlockHeader,
  { header, later, finality }: FinalityClaim,
): Finality | 'WRONG_CHAIN' | 'NOT_IN_LOG' {
  const final = decodeHeader(later?.header ?? header)
  if (later !== undefined) {
    const { chainId, height: size, logRoot: root } = final
    if (chainId !== chainIdOf(genesis)) return 'WRONG_CHAIN'
    const inclusion = { index: height, size, hash: entryHash(header), proof: later.inclusion, root }
    if (height >= size || !verifyInclusion(inclusion)) return 'NOT_IN_LOG'
  }
  const block = `block ${final.height}`
  if (!isFinalHeader(genesis, final, finality))
    return { isFinal: false, reason: `no quorum of the validators of this genesis made ${block} final` }
  const { length } = genesis.validators
  const who = length === 1 ? 'the only validator' : `a quorum of the ${length} validators`
  const reason = `${who} made ${block} final`
  return { isFinal: true, reason: later === undefined ? reason : `${reason}, whose log has block ${height}` }
}
