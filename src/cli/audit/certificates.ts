import { equalBytes } from '../../codec/bytes.ts'
import { isCertified } from '../../consensus/certify.ts'
import { decodeCertificate } from '../../consensus/codec.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import type { BlockHeader } from '../../ledger/header.ts'

/** A block's certificate may be that of a descendant, no further away than this. */
const MAX_UNCERTIFIED = 256

/** Checks the final certificates of blocks in order. Each is verified once: a quorum of Ed25519 signatures. */
export class Certificates {
  readonly #verifying: Parameters<typeof isCertified>[0]
  /** The last one, which the next block may share. */
  #last: { bytes: Uint8Array; fault: string | undefined; hash: string; view: number } | undefined
  /** The block that the last certificate names, while it has not come, and the height that waits for it. */
  #awaited: { hash: string; since: number } | undefined

  constructor(genesis: Genesis) {
    const { validators } = genesis
    this.#verifying = {
      chainId: chainIdOf(genesis),
      validators: validators.length,
      verify: (validator, message, signature) =>
        verifyEd25519(validators[validator]!.votingKey, message, signature),
    }
  }

  /** @returns what is wrong with the certificate of this block or, seen now, of one below it; undefined if nothing is */
  check(
    { height, view }: Pick<BlockHeader, 'height' | 'view'>,
    hash: string,
    certificate: Uint8Array | null,
  ): { height: number; what: string } | undefined {
    if (certificate === null) return { height, what: 'has no certificate' }
    if (this.#last === undefined || !equalBytes(this.#last.bytes, certificate))
      this.#last = { bytes: certificate, ...this.#verify(certificate) }
    if (this.#last.fault !== undefined) return { height, what: this.#last.fault }
    if (this.#last.view < view) return { height, what: 'has the certificate of an earlier block' }
    return this.#follow(height, hash, this.#last.hash)
  }

  #verify(bytes: Uint8Array): { fault: string | undefined; hash: string; view: number } {
    try {
      const certificate = decodeCertificate(bytes, this.#verifying.validators)
      const isFinal = certificate.kind === 'finalize' && isCertified(this.#verifying, certificate)
      return {
        hash: certificate.hash,
        view: certificate.view,
        fault: isFinal ? undefined : 'has a certificate that no quorum of the validators signed',
      }
    } catch (error) {
      return {
        hash: '',
        view: 0,
        fault: `has a certificate that cannot be read: ${(error as Error).message}`,
      }
    }
  }

  /** Checks that the block that a certificate names is this one, or comes soon, before another certificate does. */
  #follow(height: number, hash: string, named: string) {
    const { hash: awaited, since } = this.#awaited ?? { hash: named, since: height }
    this.#awaited = named === hash ? undefined : { hash: named, since: awaited === named ? since : height }
    if (awaited !== named || height - since > MAX_UNCERTIFIED)
      return { height: since, what: 'has the certificate of a block that is not in the chain' }
    return undefined
  }
}
