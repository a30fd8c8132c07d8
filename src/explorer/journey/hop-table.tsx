import { useMemo, useState } from 'preact/hooks'
import { eventTimeOf, isNoted } from '../../standards/event-time.ts'
import { NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { AssetLink } from '../parts/asset-link.tsx'
import { Party } from '../parts/party.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { type MoveRow, rowsOf } from './hop-rows.ts'
import type { PathEnd, SeenJourney } from './journey.ts'

const words = texts.journey

/** Rows that are shown before somebody asks for more, and those that come then. */
const ROWS = 25
const MORE_ROWS = 500

const quantityOf = (units: bigint, { decimals }: PathEnd['asset']) => [{ units: String(units), decimals }]

const columns: readonly Column<MoveRow>[] = [
  {
    head: texts.transfer.what,
    cell: ({ move: { kind, hash, note } }) => (
      <>
        <a href={links.transfer(hash)} title={hash}>
          {texts.kinds[kind.toUpperCase() as keyof typeof texts.kinds]}
        </a>
        {note === null ? null : (
          <span class="note">
            “<Text text={note} most={NOTE} />”
          </span>
        )}
      </>
    ),
  },
  {
    head: words.units,
    cell: ({ move }, amount) => (
      <>
        {amount} <AssetLink asset={move.asset} />
      </>
    ),
    amountsOf: ({ move, units }) => quantityOf(units, move.asset),
    isNumber: true,
    share: 1.3,
  },
  { head: texts.transfer.from, share: 1.2, cell: ({ move: { from } }) => <Party party={from} /> },
  { head: texts.transfer.to, share: 1.2, cell: ({ move: { to } }) => <Party party={to} /> },
  {
    head: texts.transfer.when,
    share: 1.5,
    cell: ({ move }) => (
      <>
        <Time at={new Date(eventTimeOf(move).ms).toISOString()} />{' '}
        {isNoted(move) ? <span class="muted">{words.noted} </span> : null}
        <a class="nowrap" href={links.block(String(move.height))}>
          {texts.block.title(formatCount(move.height))}
        </a>
      </>
    ),
  },
]

/** The records that a picture shows, with the same amounts. */
export function HopTable({ journey, caption }: { journey: SeenJourney; caption: string }) {
  const rows = useMemo(() => rowsOf(journey), [journey])
  return (
    <Cut rows={rows}>
      {(shown) => <Table {...{ columns, caption }} rows={shown} keyOf={({ move }) => move.hash} />}
    </Cut>
  )
}

const endColumns: readonly Column<PathEnd>[] = [
  { head: words.party, cell: ({ party }) => <Party party={party} /> },
  {
    head: words.units,
    cell: ({ asset }, amount) => (
      <>
        {amount} <AssetLink asset={asset} />
      </>
    ),
    amountsOf: ({ asset, units }) => quantityOf(units, asset),
    isNumber: true,
  },
]

/** Where the paths of a journey end: at those to whom units were issued, or at those who hold them. */
export function EndTable({ journey, caption }: { journey: SeenJourney; caption: string }) {
  return (
    <Cut rows={journey.ends}>
      {(shown) => (
        <Table
          {...{ caption, rows: shown, columns: endColumns }}
          keyOf={({ party, asset }) => `${party.address} ${asset.code}`}
        />
      )}
    </Cut>
  )
}

interface CutProps<Row> {
  rows: readonly Row[]
  children: (rows: readonly Row[]) => preact.JSX.Element
}

/** The first rows, and more of them on request. */
function Cut<Row>({ rows, children }: CutProps<Row>) {
  const [most, setMost] = useState(ROWS)
  return (
    <>
      {children(rows.slice(0, most))}
      {rows.length <= ROWS ? null : (
        <p class="flow-buttons">
          {rows.length <= most ? null : (
            <button type="button" onClick={() => setMost(most + MORE_ROWS)}>
              {words.moreRows(formatCount(Math.min(MORE_ROWS, rows.length - most)), formatCount(rows.length))}
            </button>
          )}
          {most === ROWS ? null : (
            <button type="button" onClick={() => setMost(ROWS)}>
              {words.fewer(ROWS)}
            </button>
          )}
        </p>
      )}
    </>
  )
}
