import { useMemo } from 'preact/hooks'
import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import type { NetworkQuery } from '../generated/operations.ts'
import { type Bar, Chart } from '../parts/chart.tsx'
import type { Column } from '../parts/table.tsx'

type Block = NetworkQuery['blocks']['nodes'][number]

interface Row extends Bar {
  /** Views that it took since the block before. */
  views: number
}

const words = texts.network

/** The seconds between the eras of blocks, and the views that each took. */
export function Rhythm({ blocks }: { blocks: readonly Block[] }) {
  const bars = useMemo(() => rhythmOf(blocks), [blocks])
  const columns: readonly Column<Row>[] = [
    { head: words.block, cell: ({ name }) => name, isNumber: true },
    { head: words.seconds, cell: ({ value }) => formatFraction(value, 2, 2), isNumber: true },
    { head: words.views, cell: ({ views }) => formatCount(views), isNumber: true },
  ]
  return (
    <>
      <Chart
        title={words.rhythm}
        bars={bars}
        steps={[1, 2, 5, 10, 20, 50]}
        nameOf={(at) => formatCount(Math.round(at))}
        columns={columns}
      />
      <p class="muted">{words.rhythmNote}</p>
    </>
  )
}

/** What lies between each block and the one before, oldest first. Genesis has no era of its own. */
export function rhythmOf(newestFirst: readonly Block[]): Row[] {
  const blocks = newestFirst.toReversed()
  return blocks.slice(1).flatMap((block, index) => {
    const before = blocks[index]!
    if (before.height === '0') return []
    return {
      at: Number(block.height),
      value: (Date.parse(block.timestamp) - Date.parse(before.timestamp)) / 1_000,
      name: formatCount(block.height),
      views: Number(BigInt(block.view) - BigInt(before.view)),
    }
  })
}
