import { type TransferFilter, transferPage } from '../../storage/reads/transfers.ts'
import { encodeCursor } from '../connections/cursor.ts'
import { transferList } from '../connections/root-lists.ts'
import { type FinalTransfer, finalTransfer } from '../request/models.ts'
import { ANY_CURSOR } from './event-answer.ts'
import { heightRanges, inParts, type Live, type LiveEvent } from './follow.ts'
import { asOf, type LiveContext } from './shared-live.ts'
import { checkReplay, startAfterCursor } from './start.ts'

/** Records per read from storage. */
const PAGE = 200
/** A subscriber that is at most so many blocks behind gets their records from memory. */
const SHARED_BLOCKS = 16

interface TransferEdge {
  cursor: string
  node: FinalTransfer
}

/** Records after a cursor, or after the newest block, in order of position. */
export async function liveTransfers(
  context: LiveContext,
  filter: TransferFilter,
  after: string | null | undefined,
): Promise<Live<TransferEdge>> {
  const list = transferList(filter)
  const newest = await context.snapshot.height()
  const cursor = after ? await startAfterCursor(context, list, after) : undefined
  if (cursor) {
    const end = await (await context.snapshot.loaders()).end()
    checkReplay('records', end - 1 - cursor.key, context.services.limits.replayRecords)
  }
  // After a cursor, the position alone says where to continue.
  const start = cursor ? -1 : newest
  return async function* (signal) {
    let last = cursor?.key
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for await (const records of recordsIn(context, filter, above, upTo, last)) {
        last = records.at(-1)?.position ?? last
        yield* inParts(records, (record) => eventOf(list, record))
      }
    }
  }
}

function eventOf(list: string, node: FinalTransfer): LiveEvent<TransferEdge> {
  const { height, position } = node
  const after = encodeCursor(list, { height, key: [position] })
  return { height, value: { cursor: ANY_CURSOR, node }, after, name: `${position}` }
}

/**
 * The records of a range of heights that match a filter, in order, without those up to position `behind`: those of a block at a time, or of a page.
 * Who keeps up gets them from the blocks that all subscriptions share; who is far behind, from storage.
 */
export async function* recordsIn(
  context: LiveContext,
  filter: TransferFilter,
  above: number,
  upTo: number,
  behind = -1,
): AsyncGenerator<readonly FinalTransfer[]> {
  if (upTo - above > SHARED_BLOCKS) return yield* storedRecords(context, filter, above, upTo, behind)
  for (let height = above + 1; height <= upTo; height++) {
    const records = await context.live.records.matching(height, filter)
    const [first] = records
    if (first !== undefined) yield first.position > behind ? records : records.filter(isAfter(behind))
  }
}

const isAfter =
  (behind: number) =>
  ({ position }: FinalTransfer): boolean =>
    position > behind

/** The same from storage, page by page. */
async function* storedRecords(
  context: LiveContext,
  filter: TransferFilter,
  above: number,
  upTo: number,
  behind: number,
): AsyncGenerator<readonly FinalTransfer[]> {
  const before = await (await asOf(context, upTo).snapshot.loaders()).end()
  const within = { ...filter, heightFrom: Math.max(filter.heightFrom ?? 0, above + 1) }
  for (let after = behind; ; ) {
    const page = await transferPage(context.services.database, within, {
      limit: PAGE,
      backward: false,
      after,
      before,
    })
    yield page.map(finalTransfer)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.position
  }
}
