import { throwRejection } from '../../ledger/rejection.ts'
import type { TraceRequest, TraceResult } from '../../provenance/types.ts'
import { type RecordBudget, readTrace } from '../../storage/reads/trace.ts'
import type { Work } from '../budget/work.ts'
import { listName } from '../connections/cursor.ts'
import { endAt } from '../connections/root-lists.ts'
import type { TraceInput, TraceStart } from '../generated/resolvers.ts'
import { requireAsset } from '../input/filters.ts'
import { parseAddress, parseField } from '../input/parse.ts'
import { COST_PER_TRACED_RECORD, DEFAULT_TRACE_HOPS } from '../limits.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import { decodeTraceCursor, encodeTraceCursor } from './trace-cursor.ts'

/** One page of a trace, as of the block of the request, or of the cursor if there is one. */
export async function tracePage(input: TraceInput, context: ApiContext) {
  const { services, snapshot, traces, work } = context
  const newest = await snapshot.height()
  const loaders = await snapshot.loaders()
  const request = await parseTrace(input, loaders, services.limits)
  const list = traceList(request)
  const cursor = input.after ? decodeTraceCursor(list, input.after, newest) : undefined
  const height = cursor?.height ?? newest
  const paged = cursor === undefined ? request : { ...request, after: cursor.after }
  const price = { paid: request.first, perRecord: COST_PER_TRACED_RECORD, charge: work.charge }
  const client = services.clients.of(clientOf(context))
  const result = await traces.run(client, price, (budget) => traceAsOf(loaders, paged, height, budget, work))
  return {
    height,
    ...result,
    truncated: result.truncated || result.end !== undefined,
    endCursor: result.end ? encodeTraceCursor(list, height, result.end) : null,
  }
}

/**
 * Parses what to trace, within the limits of the server.
 * @throws RejectionError BAD_INPUT, BAD_ADDRESS, UNKNOWN_ASSET, NOT_FOUND, PAGE_TOO_LARGE
 */
export async function parseTrace(
  input: TraceInput,
  loaders: Loaders,
  limits: { traceHops: number; traceDepth: number },
): Promise<TraceRequest & { first: number }> {
  const { direction, offset, length } = input
  return {
    ...(await parseStart(input.start, loaders)),
    direction: direction ?? 'BACKWARD',
    ...(offset == null ? {} : { offset }),
    ...(length == null ? {} : { length }),
    maxDepth: bounded('maxDepth', input.maxDepth ?? limits.traceDepth, limits.traceDepth),
    first: bounded('first', input.first ?? DEFAULT_TRACE_HOPS, limits.traceHops),
  }
}

/** The units that a trace begins with. @throws RejectionError BAD_ADDRESS, UNKNOWN_ASSET, NOT_FOUND */
export async function parseStart(start: TraceStart, loaders: Loaders): Promise<Partial<TraceRequest>> {
  const { asset, holding, transfer: hash } = start
  if (hash != null) {
    const transfer = await loaders.transferByHash(parseField(hash, 'transfer'))
    return transfer ? { transfer: transfer.hash } : throwRejection('NOT_FOUND', { transfer: hash })
  }
  if (holding == null) return { asset: (await requireAsset(loaders, asset!)).id }
  return {
    asset: (await requireAsset(loaders, holding.asset)).id,
    account: parseAddress(holding.address),
  }
}

function bounded(argument: 'first' | 'maxDepth', asked: number, max: number): number {
  if (asked < 1) return throwRejection('BAD_INPUT', { argument, reason: 'at least 1' })
  if (asked > max)
    return throwRejection(argument === 'first' ? 'PAGE_TOO_LARGE' : 'BAD_INPUT', {
      argument,
      max,
      got: asked,
    })
  return asked
}

/** The name of the list for cursors: page size and cursor are not part of it. */
function traceList({ first: _first, after: _after, ...request }: TraceRequest): string {
  return listName('trace', { ...request })
}

/**
 * Traces through the records of all blocks up to a height.
 * @param work gives others their turns, and ends the walk when it is stopped
 * @throws RejectionError as readTrace does
 */
export async function traceAsOf(
  loaders: Loaders,
  request: TraceRequest,
  height: number,
  budget: RecordBudget,
  work: Work,
): Promise<TraceResult> {
  const asset = request.asset === undefined ? null : await loaders.assetOrNull(request.asset)
  const end = await endAt(loaders, height)
  const pause = () => work.pause()
  return readTrace(loaders.services.database, request, end, { budget, known: asset ? [asset] : [], pause })
}
