import { brief, NOTE, WHOLE } from '../app/brief.ts'
import { formatCount, formatShare } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing } from '../data/use-query.ts'
import { type AssetJourneyFragment, AssetNowDocument, AssetThenDocument } from '../generated/operations.ts'
import { FIRST_HOPS } from '../journey/journey.ts'
import { directionIn, JourneyView } from '../journey/journey-view.tsx'
import { shareOf } from '../journey/shares.ts'
import { useAsOf } from '../journey/use-as-of.ts'
import { custodySentence } from '../journey/words.ts'
import { AssetCode } from '../label/asset-code.tsx'
import { Amount } from '../parts/amount.tsx'
import { AssetLink } from '../parts/asset-link.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { Party } from '../parts/party.tsx'
import { Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Asset = NonNullable<AssetJourneyFragment['asset']>
type Holder = Asset['holders']['nodes'][number]

const words = texts.journey
const documents = { now: AssetNowDocument, past: AssetThenDocument }

/** An asset: what it is, where it came from or went, and who holds it. */
export function AssetPage({ params, query: place }: PageProps) {
  const code = params.code!
  const trace = { start: { asset: code }, direction: directionIn(place), first: FIRST_HOPS }
  const query = useAsOf(documents, { code, trace }, place)
  const found = query.answer?.data
  if (isMissing(query, 'asset'))
    return <Missing title={texts.notFound.asset} advice={texts.notFound.assetAdvice} wanted={code} />
  return (
    <QueryPage kind={words.asset} title={found?.asset?.name ?? code} query={query}>
      {({ asset, trace: first, chain: { head } }) =>
        asset && (
          <>
            <AssetFacts asset={asset} />
            {first && (
              <JourneyView
                {...{ first, asked: query.asked, hold: query.hold, path: links.asset(code), query: place }}
                lowest={Number(asset.registration?.height ?? 0)}
                height={Number(head.height)}
                time={head.timestamp}
              />
            )}
            {asset.unique ? null : <Holders asset={asset} />}
          </>
        )
      }
    </QueryPage>
  )
}

function AssetFacts({ asset }: { asset: Asset }) {
  const { code, decimals, issuer, registration, madeFrom } = asset
  const amount = (units: string) => <Amount units={units} decimals={decimals} />
  return (
    <>
      <p class="lead">{custodySentence(asset)}</p>
      <Facts
        facts={[
          [
            texts.assets.name,
            brief(asset.name, NOTE) === asset.name ? undefined : (
              <Text key="name" text={asset.name} most={WHOLE} />
            ),
          ],
          [texts.assets.code, <Text key="code" text={code} most={WHOLE} />],
          [texts.assets.issuer, <Party key="issuer" party={issuer} />],
          [
            texts.assets.registered,
            registration?.timestamp ? <Time at={registration.timestamp} /> : undefined,
          ],
          [texts.assets.cap, asset.unique ? words.unique : amount(asset.cap)],
          [texts.assets.issued, asset.unique ? undefined : amount(asset.issued)],
          [texts.assets.retired, asset.retired === '0' ? undefined : amount(asset.retired)],
          [words.reinstatable, asset.reinstatable ? words.mayReinstate : undefined],
          [words.madeFrom, madeFrom.length === 0 ? undefined : <MadeFrom madeFrom={madeFrom} />],
        ]}
      />
      <AssetCode code={code} metadata={asset.metadata as Record<string, string>} />
      <details class="more">
        <summary>{words.definition}</summary>
        <Facts
          facts={[
            ...stated(asset.metadata),
            [words.assetId, <Hash key="id" value={asset.assetId} full />],
            [
              texts.kinds.REGISTER,
              registration && <Hash value={registration.hash} href={links.transfer(registration.hash)} />,
            ],
          ]}
        />
      </details>
    </>
  )
}

/** What else the issuer says: an object of texts. */
const stated = (metadata: unknown): (readonly [string, string])[] =>
  Object.entries((metadata ?? {}) as Record<string, unknown>).map(([name, value]) => [
    brief(name, NOTE),
    brief(String(value), WHOLE),
  ])

function MadeFrom({ madeFrom }: { madeFrom: Asset['madeFrom'] }) {
  return (
    <ul class="plain">
      {madeFrom.map(({ hash, amount, asset }) => (
        <li key={hash}>
          <a href={links.transfer(hash)} title={hash}>
            <Amount units={amount} decimals={asset?.decimals ?? 0} />
          </a>{' '}
          {asset && <AssetLink asset={asset} />}
        </li>
      ))}
    </ul>
  )
}

function Holders({ asset }: { asset: Asset }) {
  const { code, holders, issued, retired, decimals } = asset
  const circulating = BigInt(issued) - BigInt(retired)
  const all = <a href={links.holders(code)}>{words.allHolders}</a>
  return (
    <Section title={texts.holders.holders(formatCount(holders.totalCount ?? '0'))} aside={all}>
      <Table<Holder>
        caption={texts.holders.holders(formatCount(holders.totalCount ?? '0'))}
        columns={[
          { head: texts.holders.holder, cell: ({ account }) => <Party party={account} /> },
          {
            head: texts.holders.balance,
            cell: ({ account }, balance) => <a href={links.holding(account.address, code)}>{balance}</a>,
            amountsOf: ({ balance }) => [{ units: balance, decimals }],
            isNumber: true,
          },
          {
            head: texts.holders.share,
            cell: ({ balance }) => formatShare(shareOf(BigInt(balance), circulating), 1),
            isNumber: true,
          },
        ]}
        rows={holders.nodes}
        keyOf={({ account }) => account.address}
        empty={texts.holders.noHolders}
      />
    </Section>
  )
}
