import { equalBytes } from '../../codec/bytes.ts'
import { isCertified, MAX_UNCERTIFIED } from '../../consensus/certify.ts'
import { decodeCertificate } from '../../consensus/codec.ts'
import { verifyEd25519 } from '../../crypto/ed25519-verify.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import type { BlockHeader } from '../../ledger/header.ts'

/** Checks the final certificates of blocks in order. Each is verified once: a quorum of Ed25519 signatures. */
export class Certificates {
  readonly #verifying: Parameters<typeof isCertified>[0]
  /** The last one, which the next block may share. */
  #last: { bytes: Uint8Array; fault: string | undefined; hash: string; view: number } | undefined
  /** Blocks that certificates name and that have not come, by hash: their view, and the height of the first block that has the certificate. */
  readonly #awaited = new Map<string, { view: number; since: number }>()

  constructor(genesis: Genesis) {
    const { validators } = genesis
    this.#verifying = {
      chainId: chainIdOf(genesis),
      validators: validators.length,
      verify: (validator, message, signature) =>
        verifyEd25519(validators[validator]!.votingKey, message, signature),
    }
  }

  /** @returns what is wrong with the certificate of this block and, seen now, of those below it */
  check(
    { height, view }: Pick<BlockHeader, 'height' | 'view'>,
    hash: string,
    certificate: Uint8Array | null,
  ): { height: number; what: string }[] {
    const what = this.#faultOf(view, certificate)
    const { hash: named, view: of } = this.#last ?? { hash, view }
    if (what === undefined && !this.#awaited.has(named)) this.#awaited.set(named, { view: of, since: height })
    const strays = this.#arrived(height, view, hash)
    return what === undefined ? strays : [...strays, { height, what }]
  }

  #faultOf(view: number, certificate: Uint8Array | null): string | undefined {
    if (certificate === null) return 'has no certificate'
    if (this.#last === undefined || !equalBytes(this.#last.bytes, certificate))
      this.#last = { bytes: certificate, ...this.#verify(certificate) }
    return (
      this.#last.fault ?? (this.#last.view < view ? 'has the certificate of an earlier block' : undefined)
    )
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

  /** A block arrived: views ascend, so a block of a lower or the same view that certificates name is this one, or is not in the chain. */
  #arrived(height: number, view: number, hash: string): { height: number; what: string }[] {
    const strays = [...this.#awaited].filter(
      ([named, { view: of, since }]) => (of <= view && named !== hash) || height - since > MAX_UNCERTIFIED,
    )
    this.#awaited.delete(hash)
    for (const [stray] of strays) this.#awaited.delete(stray)
    return strays.map(([, { since }]) => ({
      height: since,
      what: 'has the certificate of a block that is not in the chain',
    }))
  }
}
