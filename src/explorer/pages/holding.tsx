import { ADDRESS } from '../../crypto/address.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing } from '../data/use-query.ts'
import {
  type HoldingJourneyFragment,
  HoldingNowDocument,
  HoldingThenDocument,
} from '../generated/operations.ts'
import { FIRST_HOPS } from '../journey/journey.ts'
import { directionIn, JourneyView } from '../journey/journey-view.tsx'
import { useAsOf } from '../journey/use-as-of.ts'
import { custodySentence } from '../journey/words.ts'
import { Amount } from '../parts/amount.tsx'
import { AssetLink } from '../parts/asset-link.tsx'
import { Facts } from '../parts/facts.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { Party } from '../parts/party.tsx'

const words = texts.journey
const documents = { now: HoldingNowDocument, past: HoldingThenDocument }

/** One account's units of one asset: where they came from, or where all that it ever received went. */
export function HoldingPage({ params, query: place }: PageProps) {
  const [address, code] = [params.address!, params.code!]
  if (!ADDRESS.test(address))
    return (
      <Missing title={texts.notFound.badAddress} advice={texts.notFound.badAddressAdvice} wanted={address} />
    )
  return <HoldingOf {...{ address, code, query: place }} />
}

function HoldingOf({
  address,
  code,
  query: place,
}: {
  address: string
  code: string
  query: URLSearchParams
}) {
  const path = links.holding(address, code)
  const trace = {
    start: { holding: { address, asset: code } },
    direction: directionIn(place),
    first: FIRST_HOPS,
  }
  const query = useAsOf(documents, { address, code, trace }, place)
  const found = query.answer?.data
  if (isMissing(query, 'asset'))
    return <Missing title={texts.notFound.asset} advice={texts.notFound.assetAdvice} wanted={code} />
  if (isMissing(query, 'holding'))
    return <Missing title={words.noHolding} advice={words.noHoldingAdvice} wanted={address} />
  return (
    <QueryPage kind={words.holding} title={found?.asset?.name ?? code} query={query}>
      {({ asset, holding, trace: first, chain: { head } }) =>
        asset &&
        holding && (
          <>
            <HoldingFacts {...{ asset, holding }} />
            {first && (
              <JourneyView
                {...{ first, asked: query.asked, hold: query.hold, path, query: place }}
                lowest={Number(asset.registration?.height ?? 0)}
                height={Number(head.height)}
                time={head.timestamp}
              />
            )}
          </>
        )
      }
    </QueryPage>
  )
}

interface HoldingFactsProps {
  asset: NonNullable<HoldingJourneyFragment['asset']>
  holding: NonNullable<HoldingJourneyFragment['holding']>
}

function HoldingFacts({ asset, holding }: HoldingFactsProps) {
  const amount = (units: string) => <Amount units={units} decimals={asset.decimals} />
  return (
    <>
      <p class="lead">{custodySentence(asset)}</p>
      <Facts
        facts={[
          [texts.holders.holder, <Party key="holder" party={holding.account} />],
          [words.asset, <AssetLink key="asset" asset={asset} />],
          [texts.account.balance, amount(holding.balance)],
          [texts.account.received, amount(holding.inTotal)],
          [texts.account.sent, amount(holding.outTotal)],
        ]}
      />
    </>
  )
}
