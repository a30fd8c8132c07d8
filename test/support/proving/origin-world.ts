import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import type { CertifiedContent } from '../../../src/certificate/report.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { bytesToHex, utf8 } from '../../../src/codec/bytes.ts'
import type { SecretKey } from '../../../src/crypto/key.ts'
import { genesisToJson } from '../../../src/ledger/genesis.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import type { Artifacts } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import { type OriginCircuit, originCircuits } from '../../../src/setup/circuits.ts'
import { CertifiedChain } from '../certificate/certified-chain.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { eddsaKey, type TestKey } from '../ledger/ledger-world.ts'
import type { PageOrigin } from './origin-page.ts'

/** The circuits' depth of the state tree. */
export const DEPTH = 12

/** An origin circuit. Tests prove with the smallest. */
export function originCircuit(hops = 4): OriginCircuit {
  return originCircuits(DEPTH).find(({ parameters }) => parameters.hops === hops)!
}

/** Its artifacts: from the cache, or built once. */
export const originArtifacts = (hops = 4): Promise<Artifacts> => ensureArtifacts(originCircuit(hops))

/** The certificate of units: the text of its file. */
const certificateOf = async (chain: CertifiedChain, request: TraceRequest) =>
  encodeCertificate(await makeCertificate(chain.source(), request))

/** What the certificate of units shows, as a verifier sees it. */
export async function contentOf(chain: CertifiedChain, request: TraceRequest): Promise<CertifiedContent> {
  const text = await certificateOf(chain, request)
  const { content, intact } = await verifyCertificate(utf8(text), chain.genesis, poseidon, {
    nowMs: chain.genesis.startTime,
  })
  if (content === undefined) throw new Error(intact.reason)
  return content
}

/**
 * A lot of 100 units of an issuer, 40 of which went to `near`: 20 are there, and 20 went on to `far`, who gave 10 back to the issuer and 10 to a
 * holder with an RSA key. So 20 units of `near` have two hops, and 10 of the issuer, behind 60 others, have four, as those of the RSA key.
 * @param hops of the issuer's 10 units, at least four: with more of them, the units go through other hands first
 */
export function lotWithHolders(hops = 4) {
  const chain = new CertifiedChain({ stateDepth: DEPTH })
  const [issuer, near, far, rsa] = chain.keys as [TestKey, TestKey, TestKey, TestKey]
  const asset = chain.register(issuer, 'LOT', [], { cap: '1000' }).id
  chain.move(issuer, MINT, issuer.account, asset, 100n)
  chain.move(issuer, issuer.account, near.account, asset, 40n)
  chain.move(near, near.account, far.account, asset, 20n)
  const carriers = [far, ...Array.from({ length: hops - 4 }, (_, i) => eddsaKey(`carrier ${i}`)), issuer]
  for (const [i, to] of carriers.slice(1).entries())
    chain.move(carriers[i]!, carriers[i]!.account, to.account, asset, 10n)
  chain.move(far, far.account, rsa.account, asset, 10n)
  return { chain, asset, issuer, near, rsa }
}

/** What a page is asked to prove: the 10 units of the issuer that moved as often as a circuit of so many hops can show. */
export async function askedOfPage(
  { chain, asset, issuer }: ReturnType<typeof lotWithHolders>,
  purpose: string,
): Promise<PageOrigin> {
  const { seed } = issuer.secret as Extract<SecretKey, { kind: 'eddsa' }>
  return {
    certificate: await certificateOf(chain, { account: issuer.account, asset, direction: 'BACKWARD' }),
    genesis: JSON.stringify(genesisToJson(chain.genesis)),
    ...{ asset: 'LOT', offset: '60', length: '10', purpose, seed: bytesToHex(seed) },
  }
}
