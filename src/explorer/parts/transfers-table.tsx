import { useState } from 'preact/hooks'
import { brief, NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { TransferRowFragment } from '../generated/operations.ts'
import { Amount } from './amount.tsx'
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
  { head: texts.transfer.amount, cell: (row) => <Moved row={row} />, isNumber: true },
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

/** What moved: an amount of an asset; of a registration, the cap. */
function Moved({ row: { asset, amount, kind, hash } }: { row: Row }) {
  if (asset === null) return <Hash value={hash} />
  const units = kind === 'REGISTER' ? asset.cap : amount
  return (
    <>
      <Amount units={units} decimals={asset.decimals} />{' '}
      <a href={links.asset(asset.code)} class="code" title={brief(asset.name)}>
        <Text text={asset.code} />
      </a>
    </>
  )
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

/** Records, newest first. Newer ones wait until the visitor wants them, so that nothing moves under the eyes. */
export function LiveTransfersTable({ rows, ...props }: TransfersProps) {
  const [shown, setShown] = useState(rows)
  const newer = rows.filter(({ hash }) => !shown.some((each) => each.hash === hash)).length
  return (
    <>
      <p class="newer" role="status">
        {newer === 0 ? (
          <span class="muted">{texts.transfer.upToDate}</span>
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
