import { useState } from 'preact/hooks'
import { NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { useLive } from '../data/live.ts'
import type { QueryState } from '../data/use-query.ts'
import type { TransferRowFragment } from '../generated/operations.ts'
import type { Quantity } from './amount.tsx'
import { AssetLink } from './asset-link.tsx'
import { Hash } from './hash.tsx'
import { Party } from './party.tsx'
import { type Column, Table } from './table.tsx'
import { Text } from './text.tsx'
import { Time } from './time.tsx'

type Row = TransferRowFragment

const columns: readonly Column<Row>[] = [
  {
    head: texts.transfer.what,
    cell: ({ kind, hash, note }) => (
      <>
        <a href={links.transfer(hash)} title={hash}>
          {texts.kinds[kind]}
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
    head: texts.transfer.amount,
    cell: ({ asset, hash }, amount) =>
      asset === null ? (
        <Hash value={hash} />
      ) : (
        <>
          {amount} <AssetLink asset={asset} />
        </>
      ),
    amountsOf: movedBy,
    isNumber: true,
    share: 1.3,
  },
  { head: texts.transfer.from, cell: ({ from }) => <Party party={from} />, share: 1.2 },
  { head: texts.transfer.to, cell: ({ to }) => <Party party={to} />, share: 1.2 },
  {
    head: texts.transfer.when,
    share: 1.5,
    cell: ({ timestamp, height }) =>
      timestamp === null || height === null ? (
        <span class="muted">{texts.transfer.pending}</span>
      ) : (
        <>
          <Time at={timestamp} />{' '}
          <a class="nowrap" href={links.block(height)}>
            {texts.block.title(formatCount(height))}
          </a>
        </>
      ),
  },
]

/** What moved: units of an asset; of a registration, the cap. */
function movedBy({ asset, amount, kind }: Row): Quantity[] {
  if (asset === null) return []
  return [{ units: kind === 'REGISTER' ? asset.cap : amount, decimals: asset.decimals }]
}

interface TransfersProps {
  rows: readonly Row[]
  caption: string
  empty?: string
}

/** Records, or waiting actions, in rows. */
export function TransfersTable({ rows, caption, empty = texts.table.empty }: TransfersProps) {
  return <Table {...{ caption, columns, rows, empty }} keyOf={({ hash }) => hash} />
}

interface LiveTransfersProps extends TransfersProps {
  /** The request of the page, which follows the chain. */
  query: QueryState<unknown>
}

/**
 * The newest records, newest first. Newer ones wait until the visitor wants them, so that nothing moves under the eyes. A screen reader is told that there are
 * some, and not of each.
 */
export function LiveTransfersTable({ rows, query, ...props }: LiveTransfersProps) {
  const { connection } = useLive()
  const [shown, setShown] = useState(rows)
  const isUpToDate = connection === 'live' && query.failure === undefined
  const newer = rows.filter(({ hash }) => !shown.some((each) => each.hash === hash)).length
  return (
    <>
      <span class="visually-hidden" role="status">
        {newer === 0 ? '' : texts.transfer.someNewer}
      </span>
      <p class="newer">
        {newer === 0 ? (
          <span class="muted">{isUpToDate ? texts.transfer.upToDate : texts.transfer.newestFirst}</span>
        ) : (
          <button type="button" onClick={() => setShown(rows)}>
            {texts.transfer.newer(newer, newer === rows.length)}
          </button>
        )}
      </p>
      <TransfersTable rows={shown} {...props} />
    </>
  )
}
