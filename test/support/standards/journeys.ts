import { readRecords } from '../../../src/certificate/certified-records.ts'
import { derive } from '../../../src/certificate/derive.ts'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { eraClockOf, timeOfEra } from '../../../src/ledger/era.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace as traceOf } from '../../../src/provenance/trace.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import { type CertifiedJourney, journeyOf } from '../../../src/standards/journey.ts'
import { CertifiedChain } from '../certificate/certified-chain.ts'
import { poseidon } from '../crypto/poseidon.ts'

/**
 * The journey that a certificate of the chain's newest state shows. Signatures are not checked: a journey does not depend on them.
 * @param source of the chain
 */
export async function certifiedJourney(
  chain: CertifiedChain,
  request: TraceRequest,
  source = chain.source(),
): Promise<CertifiedJourney> {
  const certificate = await makeCertificate(source, request)
  const certified = readRecords(poseidon, chain.genesis, certificate.chainId, certificate.records)
  const header = decodeHeader(certificate.header)
  const clock = eraClockOf(chain.genesis)
  const { trace, complete } = derive(certificate, certified)
  const content = {
    certificate,
    header,
    timeMs: timeOfEra(clock, header.era),
    trace,
    held: [],
    records: new Map(certified.records.map((entry) => [entry.record.position, entry])),
    assets: certified.assets,
  }
  return journeyOf({ content, complete }, sha256(utf8(encodeCertificate(certificate))), clock)
}

/** Journeys of many kinds: every asset and holding of a chain of random steps, both ways, with the hops that the reference walk finds. */
export async function randomJourneys(): Promise<{ journey: CertifiedJourney; hops: string[] }[]> {
  const chain = new CertifiedChain().randomSteps(120, 20)
  const index = new RecordIndex(chain.world.records, chain.assets)
  const requests = (['BACKWARD', 'FORWARD'] as const).flatMap((direction): TraceRequest[] => [
    ...chain.assets.map(({ id }) => ({ asset: id, direction })),
    ...chain.holdings().map(({ account, assetId }) => ({ account, asset: assetId, direction })),
  ])
  const source = chain.source()
  const journeys = []
  for (const request of requests) {
    const { hops } = traceOf(index, request)
    if (hops.length > 0)
      journeys.push({ journey: await certifiedJourney(chain, request, source), hops: hops.map(hopText) })
  }
  return journeys
}

/** A hop as a text, which every export must have. */
export function hopText(hop: {
  position: number | string
  unit: bigint | string
  depth: number | string
  offset: bigint | string
  length: bigint | string
}): string {
  return [hop.position, hop.unit, hop.depth, hop.offset, hop.length].join(' ')
}

/** A café's roast, back to the beans that it was made from: they were issued, sold twice, and retired by the roaster. */
export function coffeeJourney(): Promise<CertifiedJourney> {
  const { chain, question } = coffeeChain()
  return certifiedJourney(chain, question)
}

/** The chain of `coffeeJourney`, and its question. */
export function coffeeChain() {
  const chain = new CertifiedChain()
  const [farm, trader, roaster, cafe] = chain.keys
  const beans = chain.register(farm!, 'BEANS-1', [], {
    name: 'Green beans',
    cap: '90000',
    decimals: '3',
    metadata: { uom: 'KGM' },
    custody: 'mass-balance',
  })
  chain.move(farm!, MINT, farm!.account, beans.id, 60_000n, '2031-05-01 08:30:00+02:00')
  chain.move(farm!, farm!.account, trader!.account, beans.id, 45_500n, 'by ship, see 2031-05-02')
  chain.move(trader!, trader!.account, roaster!.account, beans.id, 30_000n, '2031-06-12')
  const used = chain.move(roaster!, roaster!.account, RETIRED, beans.id, 20_000n)
  const roast = chain.register(roaster!, 'ROAST-1', [used.hash], {
    name: 'Roast',
    cap: '900',
    metadata: { digitalLink: 'https://id.gs1.org/01/09506000134352/10/ROAST-1' },
  })
  chain.move(roaster!, MINT, roaster!.account, roast.id, 64n)
  chain.move(roaster!, roaster!.account, cafe!.account, roast.id, 12n)
  return { chain, question: { asset: roast.id, account: cafe!.account, direction: 'BACKWARD' as const } }
}
