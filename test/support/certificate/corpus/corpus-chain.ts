import { readFileSync } from 'node:fs'
import type { Certificate, LaterHeader } from '../../../../src/certificate/certificate.ts'
import type { CertificateSource } from '../../../../src/certificate/make.ts'
import { hexToBytes } from '../../../../src/codec/bytes.ts'
import { sha256 } from '../../../../src/crypto/hash.ts'
import { rsaMessage } from '../../../../src/crypto/key.ts'
import type { SignedAction } from '../../../../src/ledger/action.ts'
import { actionHash } from '../../../../src/ledger/action-hash.ts'
import { decodeHeader, encodeHeader, genesisHeader } from '../../../../src/ledger/header.ts'
import { MINT, RETIRED } from '../../../../src/ledger/params.ts'
import { append, EMPTY_FRONTIER, logRootOf } from '../../../../src/log/frontier.ts'
import { entryHash } from '../../../../src/log/merkle.ts'
import { inclusionProof } from '../../../../src/log/proofs.ts'
import { nodesFromTiles } from '../../../../src/log/tiles.ts'
import { poseidon } from '../../crypto/poseidon.ts'
import { eddsaKey, testKey } from '../../ledger/ledger-world.ts'
import { CertifiedChain } from '../certified-chain.ts'
import { signWithFixedSalt } from './fixed-rsa.ts'

/** Folder of the published certificates. */
export const CORPUS = new URL('../../../vectors/certificates/', import.meta.url)
const pkcs8 = hexToBytes(
  (JSON.parse(readFileSync(new URL('rsa-key.json', CORPUS), 'utf8')) as { pkcs8: string }).pkcs8,
)
export const farmer = eddsaKey('the farmer')
export const roaster = eddsaKey('the roaster')
/** Has an RSA key. */
export const shop = testKey({ kind: 'rsa', pkcs8 })
export const NOTE = 'Lot 7, washed.\nHarvested by hand “in the shade”.'

/** Root over log entries. */
export function rootOver(entries: readonly Uint8Array[]): Uint8Array {
  return logRootOf(entries.reduce((log, entry) => append(log, entryHash(entry)).frontier, EMPTY_FRONTIER))
}

/** The inclusion proof of an entry in a log of these entries. */
export function inclusionIn(entries: readonly Uint8Array[], index: number): Promise<Uint8Array[]> {
  const leaves = entries.map(entryHash)
  const read = nodesFromTiles(leaves.length, async ({ width }) => leaves.slice(0, width))
  return inclusionProof(index, leaves.length, read)
}

/** The chain that the published certificates are of: the same in each run. */
export class CorpusChain extends CertifiedChain {
  /** Encoded, by height. */
  readonly headers: Uint8Array[] = []
  readonly #sources: CertificateSource[] = []

  constructor(salt?: string) {
    super({ keys: [farmer, roaster, shop], validators: 4, stateDepth: 3, ...(salt && { salt }) })
    this.headers.push(encodeHeader(genesisHeader(this.genesis)))
  }

  /** Signs again what an RSA key signed, because its signatures are random. */
  override apply(action: SignedAction) {
    if (action.publicKey.kind === 'eddsa') return super.apply(action)
    return super.apply({ ...action, signature: rsaSignature(action) })
  }

  /** Ends a block: what is applied from now on is in the next one. */
  endBlock(): void {
    const height = this.headers.length
    const source = this.source({
      height,
      view: height + 2,
      era: height + 1,
      parentHash: sha256(this.headers.at(-1)!),
      proposer: height % 4,
      logRoot: rootOver(this.headers),
    })
    this.headers.push(source.header)
    this.#sources.push(source)
    this.world.era = height + 1
  }

  /** The source of certificates as of a height. */
  asOf(height: number): CertificateSource {
    return this.#sources[height]!
  }

  /** What a certificate becomes if it is shown to be final by the header at a later height. */
  async withLater(certificate: Certificate, height = this.headers.length - 1): Promise<Certificate> {
    const header = this.headers[height]!
    const index = decodeHeader(certificate.header).height
    const later: LaterHeader = { header, inclusion: await inclusionIn(this.headers.slice(0, height), index) }
    return { ...certificate, later, finality: this.finality(decodeHeader(header)) }
  }
}

/** The signature of the shop. */
export function rsaSignature(action: SignedAction): Uint8Array {
  return signWithFixedSalt(pkcs8, rsaMessage(action.type, actionHash(poseidon, action)))
}

/** A chain with the story of a lot of coffee: grown, roasted, sold. */
export function corpusChain() {
  const chain = new CorpusChain()
  const green = chain.assets[0]!
  chain.endBlock()
  const delivery = chain.move(farmer, farmer.account, roaster.account, green.id, 10n, NOTE)
  chain.move(farmer, MINT, roaster.account, green.id, 20n)
  chain.endBlock()
  const retirement = chain.move(roaster, roaster.account, RETIRED, green.id, 8n)
  const roast = chain.register(roaster, 'ROAST-1', [retirement.hash])
  chain.move(roaster, MINT, roaster.account, roast.id, 16n)
  chain.endBlock()
  chain.move(roaster, roaster.account, shop.account, roast.id, 6n)
  const sale = chain.move(shop, shop.account, farmer.account, roast.id, 2n)
  chain.endBlock()
  const gift = chain.register(shop, 'GIFT-1', [], { reinstatable: true })
  chain.move(shop, MINT, farmer.account, gift.id, 3n)
  chain.endBlock()
  chain.endBlock()
  return { chain, green, roast, gift, delivery, retirement, sale }
}
