import type { TransferRow } from '../../storage/reads/rows.ts'
import { type TransferFilter, transferPage } from '../../storage/reads/transfers.ts'
import { decodeNumberCursor, encodeCursor } from '../connections/cursor.ts'
import { transferList } from '../connections/root-lists.ts'
import type { ApiContext } from '../request/context.ts'
import { atHeight } from '../request/context.ts'
import { type FinalTransfer, finalTransfer } from '../request/models.ts'
import { heightRanges, type LiveEvent } from './follow.ts'

/** Records per read from storage. */
const PAGE = 200

interface TransferEdge {
  cursor: string
  node: FinalTransfer
}

/** Records after a cursor, or after the newest block, in order of position. */
export async function liveTransfers(
  context: ApiContext,
  filter: TransferFilter,
  after: string | null | undefined,
) {
  const list = transferList(filter)
  const newest = await context.snapshot.height()
  const cursor = after ? decodeNumberCursor(list, after, newest) : undefined
  // After a cursor, the position alone says where to continue.
  const start = cursor ? -1 : newest
  return async function* (signal: AbortSignal): AsyncGenerator<LiveEvent<TransferEdge>> {
    let last = cursor?.key
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for await (const record of recordsIn(context, filter, above, upTo, last)) {
        last = record.position
        const height = record.height
        yield {
          height,
          value: {
            cursor: encodeCursor(list, { height, key: [record.position] }),
            node: finalTransfer(record),
          },
        }
      }
    }
  }
}

/** The records of a range of heights that match a filter, in order, read page by page. */
export async function* recordsIn(
  context: ApiContext,
  filter: TransferFilter,
  above: number,
  upTo: number,
  behind: number | undefined,
): AsyncGenerator<TransferRow> {
  const before = await (await atHeight(context, upTo).snapshot.loaders()).end()
  const within = { ...filter, heightFrom: Math.max(filter.heightFrom ?? 0, above + 1) }
  for (let after = behind ?? -1; ; ) {
    const page = await transferPage(context.services.database, within, {
      limit: PAGE,
      backward: false,
      after,
      before,
    })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.position
  }
}
