import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { BlockRowFragment } from '../generated/operations.ts'
import { Hash } from './hash.tsx'
import { type Column, Table } from './table.tsx'
import { Text } from './text.tsx'
import { Time } from './time.tsx'

const columns: readonly Column<BlockRowFragment>[] = [
  {
    head: texts.block.height,
    cell: ({ height }) => <a href={links.block(height)}>{formatCount(height)}</a>,
  },
  { head: texts.block.time, cell: ({ timestamp }) => <Time at={timestamp} />, share: 2.7 },
  { head: texts.block.records, cell: ({ transferCount }) => formatCount(transferCount), isNumber: true },
  {
    head: texts.block.proposer,
    cell: ({ proposer }) => (proposer === null ? texts.block.genesis : <Text text={proposer.name} />),
    share: 1.2,
    isMinor: true,
  },
  { head: texts.block.hash, cell: ({ hash }) => <Hash value={hash} />, share: 1.8, isMinor: true },
]

/** Blocks in rows. The rows stay where they are when newer blocks come: what is in them changes. */
export function BlocksTable({ rows }: { rows: readonly BlockRowFragment[] }) {
  return <Table {...{ columns, rows }} caption={texts.blocks.title} keyOf={(_row, index) => `${index}`} />
}
