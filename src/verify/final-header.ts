import { bytesToHex } from '../codec/bytes.ts'
import { isCertified } from '../consensus/certify.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { verifyEd25519 } from '../crypto/ed25519-verify.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { type BlockHeader, blockHash } from '../ledger/header.ts'

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
