import { brief } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { custodySentence } from '../journey/words.ts'
import { AssetLink } from '../parts/asset-link.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Party } from '../parts/party.tsx'
import { Table } from '../parts/table.tsx'
import { Time } from '../parts/time.tsx'
import type { ShownCertificate, ShownEnd } from './result.ts'

/** What follows from an intact certificate: where its units came from, or who has them. */
export function ShownView({ shown }: { shown: ShownCertificate }) {
  const isBackward = shown.direction === 'BACKWARD'
  const { origins, holders } = texts.verify.shown
  return (
    <Section title={isBackward ? origins : holders}>
      <Facts
        facts={[
          ...subjectOf(shown),
          [texts.verify.shown.units, formatCount(shown.units)],
          [texts.verify.shown.asOf, <Time key="time" at={new Date(shown.timeMs).toISOString()} />],
          [texts.verify.shown.height, formatCount(shown.height)],
          [texts.verify.shown.records, formatCount(shown.records)],
          [texts.verify.shown.hops, formatCount(shown.hops)],
          ...shown.assets.map(
            (asset) =>
              [brief(asset.code), asset.custody === null ? undefined : custodySentence(asset)] as const,
          ),
        ]}
      />
      <Table
        caption={isBackward ? origins : holders}
        columns={[
          {
            head: texts.verify.shown.amount,
            cell: (_: ShownEnd, amount) => amount,
            amountsOf: (end: ShownEnd) => [end],
            isNumber: true,
          },
          {
            head: texts.verify.shown.asset,
            cell: ({ asset }: ShownEnd) => <AssetLink asset={{ code: asset }} />,
          },
          { head: isBackward ? texts.verify.shown.issue : texts.verify.shown.holder, cell: endOf },
        ]}
        rows={shown.ends}
        keyOf={(end) => JSON.stringify(end)}
      />
      {shown.allEnds > shown.ends.length ? (
        <p class="muted">{texts.verify.shown.more(formatCount(shown.allEnds - shown.ends.length))}</p>
      ) : null}
    </Section>
  )
}

/** What the units are, of which a certificate is: a good one of others says the same of them. */
function subjectOf({ direction, of: { asset, holder, transfer }, offset }: ShownCertificate) {
  const words = texts.verify.shown
  return [
    [words.asset, asset === undefined ? undefined : <AssetLink asset={{ code: asset }} />],
    [
      direction === 'BACKWARD' ? words.heldBy : words.receivedBy,
      holder === undefined ? undefined : <Party party={{ address: holder }} />,
    ],
    [
      words.movedBy,
      transfer === undefined ? undefined : <Hash value={transfer} href={links.transfer(transfer)} />,
    ],
    [words.from, formatCount(offset)],
  ] as const
}

function endOf({ serial, holder, units }: ShownEnd) {
  if (serial === undefined) return <Party party={{ address: holder ?? 'RETIRED' }} />
  const to = BigInt(serial.from) + BigInt(units) - 1n
  return texts.verify.shown.issued(formatCount(serial.from), formatCount(to), formatCount(serial.position))
}
