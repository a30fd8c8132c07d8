import { brief, NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing } from '../data/use-query.ts'
import { UnitNowDocument, UnitThenDocument } from '../generated/operations.ts'
import { FIRST_HOPS } from '../journey/journey.ts'
import { directionIn, JourneyView } from '../journey/journey-view.tsx'
import { useAsOf } from '../journey/use-as-of.ts'
import { custodySentence } from '../journey/words.ts'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'

const words = texts.journey
const documents = { now: UnitNowDocument, past: UnitThenDocument }

/** A single unit of an asset, by its serial: who had it, and where it came from. */
export function UnitPage({ params, query }: PageProps) {
  const serial = params.n!
  const whole = { href: links.asset(params.code!), name: words.wholeAsset }
  // A serial is below 2^120, which has 37 digits.
  if (!/^(0|[1-9]\d{0,36})$/.test(serial))
    return <Missing title={words.noUnit} advice={words.badUnit} wanted={serial} instead={whole} />
  return <UnitOf code={params.code!} {...{ serial, query }} />
}

function UnitOf({ code, serial, query: place }: { code: string; serial: string; query: URLSearchParams }) {
  const trace = {
    start: { asset: code },
    direction: directionIn(place),
    first: FIRST_HOPS,
    ...{ offset: serial, length: '1' },
  }
  const query = useAsOf(documents, { code, trace }, place)
  const found = query.answer?.data
  if (isMissing(query, 'asset'))
    return <Missing title={texts.notFound.asset} advice={texts.notFound.assetAdvice} wanted={code} />
  const name = brief(found?.asset?.name ?? code, NOTE)
  return (
    <QueryPage kind={words.unit} title={words.unitTitle(formatCount(serial), name)} query={query}>
      {({ asset, trace: first, chain: { head } }) =>
        asset && (
          <>
            <p class="lead">{custodySentence(asset)}</p>
            <p>
              <a href={links.asset(code)}>{words.wholeAsset}</a>
              {' · '}
              <a href={`${links.label(code)}/unit/${serial}`}>{texts.label.show}</a>
            </p>
            {BigInt(serial) >= BigInt(asset.issued) ? (
              <p class="notice">{words.notIssued(formatCount(asset.issued))}</p>
            ) : null}
            {first && (
              <JourneyView
                {...{
                  first,
                  asked: query.asked,
                  hold: query.hold,
                  path: links.unit(code, serial),
                  query: place,
                }}
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
