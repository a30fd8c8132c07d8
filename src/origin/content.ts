import type { CertifiedContent } from '../certificate/report.ts'
import { verifyCertificate } from '../certificate/verify.ts'
import { Failure } from '../config/failure.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { Genesis } from '../ledger/genesis.ts'

/**
 * What a certificate shows, from which an origin can be proven.
 * @throws Failure `NOT_SHOWN` if it is not intact, or its header not final
 */
export async function certifiedContent(
  bytes: Uint8Array,
  genesis: Genesis,
  poseidon: Poseidon,
): Promise<CertifiedContent> {
  const { intact, final, content } = await verifyCertificate(bytes, genesis, poseidon, { nowMs: Date.now() })
  const wrong = [intact, final].find(({ verdict }) => verdict !== 'yes')
  if (wrong === undefined && content !== undefined) return content
  throw new Failure('NOT_SHOWN', `nothing can be proven from this certificate: ${wrong?.reason}`, {
    hint: 'ask another API, or check the file: ictl verify FILE',
  })
}
