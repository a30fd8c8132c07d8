import { WHOLE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing } from '../data/use-query.ts'
import {
  type TransferJourneyFragment,
  TransferNowDocument,
  TransferThenDocument,
} from '../generated/operations.ts'
import { FIRST_HOPS, partyOf } from '../journey/journey.ts'
import { directionIn, JourneyView } from '../journey/journey-view.tsx'
import { useAsOf } from '../journey/use-as-of.ts'
import { custodySentence } from '../journey/words.ts'
import { Amount } from '../parts/amount.tsx'
import { AssetLink } from '../parts/asset-link.tsx'
import { Facts } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { Party } from '../parts/party.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Transfer = NonNullable<TransferJourneyFragment['transfer']>

const words = texts.journey
const documents = { now: TransferNowDocument, past: TransferThenDocument }

/** An action: what it did, who signed it, and where the units that it moved came from or went. */
export function TransferPage({ params, query }: PageProps) {
  const hash = params.hash!.toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hash))
    return <Missing title={words.noTransfer} advice={words.badTransfer} wanted={params.hash!} />
  return <TransferOf {...{ hash, query }} />
}

function TransferOf({ hash, query: place }: { hash: string; query: URLSearchParams }) {
  const trace = { start: { transfer: hash }, direction: directionIn(place), first: FIRST_HOPS }
  const query = useAsOf(documents, { hash, trace }, place)
  const found = query.answer?.data
  if (isMissing(query, 'transfer'))
    return <Missing title={words.noTransfer} advice={words.noTransferAdvice} wanted={hash} />
  const kind = found?.transfer?.kind
  return (
    <QueryPage
      kind={kind && texts.kinds[kind]}
      title={titleOf(found?.transfer) ?? hash.slice(0, 12)}
      query={query}
    >
      {({ transfer, trace: first, chain: { head } }) =>
        transfer && (
          <>
            {transfer.asset === null ? null : <p class="lead">{custodySentence(transfer.asset)}</p>}
            <TransferFacts transfer={transfer} />
            {first && transfer.kind !== 'REGISTER' && (
              <JourneyView
                {...{ first, asked: query.asked, hold: query.hold, path: links.transfer(hash), query: place }}
                lowest={Number(transfer.height ?? 0)}
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

const titleOf = (transfer: Transfer | null | undefined) =>
  transfer?.asset == null ? undefined : transfer.asset.name

function TransferFacts({ transfer }: { transfer: Transfer }) {
  const { asset, kind, from, to, height, timestamp, note, noteMatches, batch, usedBy } = transfer
  const units = kind === 'REGISTER' ? asset?.cap : transfer.amount
  return (
    <>
      <Facts
        facts={[
          [texts.transfer.amount, asset && units && <Moved {...{ asset, units }} />],
          [texts.transfer.from, <Party key="from" party={partyOf(from)} />],
          [texts.transfer.to, <Party key="to" party={partyOf(to)} />],
          [
            texts.transfer.when,
            timestamp === null ? texts.transfer.pending : <Time key="when" at={timestamp} />,
          ],
          [
            texts.block.kind,
            height === null ? undefined : <a href={links.block(height)}>{formatCount(height)}</a>,
          ],
          [words.note, note === null ? undefined : <Note {...{ note, noteMatches }} />],
          [
            words.usedBy,
            usedBy === null ? undefined : (
              <a href={links.asset(usedBy.code)}>
                <Text text={usedBy.name} />
              </a>
            ),
          ],
          [
            texts.batch.kind,
            batch === null ? undefined : (
              <>
                <a href={links.batch(batch.index)}>{formatCount(batch.index)}</a> (
                {texts.statuses[batch.status]})
              </>
            ),
          ],
        ]}
      />
      <Signed transfer={transfer} />
    </>
  )
}

/** What was signed, and by what. */
function Signed({ transfer }: { transfer: Transfer }) {
  return (
    <details class="more">
      <summary>{words.signed}</summary>
      <p>{transfer.attested ? words.attested : words.proven}</p>
      <Facts
        facts={[
          [words.hash, <Hash key="hash" value={transfer.hash} full />],
          [words.memo, <Hash key="memo" value={transfer.memo} full />],
          [words.fromStart, formatCount(transfer.fromStart)],
          [words.toStart, transfer.toStart === null ? undefined : formatCount(transfer.toStart)],
          [words.position, transfer.position === null ? undefined : formatCount(transfer.position)],
          [words.key, transfer.keyKind ?? undefined],
          [
            words.signature,
            transfer.signature === null ? undefined : <Hash value={transfer.signature} full />,
          ],
        ]}
      />
    </details>
  )
}

function Moved({ asset, units }: { asset: NonNullable<Transfer['asset']>; units: string }) {
  return (
    <>
      <Amount units={units} decimals={asset.decimals} /> <AssetLink asset={asset} />
    </>
  )
}

function Note({ note, noteMatches }: { note: string; noteMatches: boolean | null }) {
  return (
    <>
      “<Text text={note} most={WHOLE} />”{' '}
      <small class="muted">({noteMatches ? words.noteMatches : words.noteUnsigned})</small>
    </>
  )
}
