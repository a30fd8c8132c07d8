import { RejectionError, reject, throwRejection } from '../../ledger/rejection.ts'
import type { TracePoint, TraceRequest, TraceResult } from '../../provenance/types.ts'
import { readTrace } from '../../storage/reads/trace.ts'
import { decodeCursor, encodeCursor, listName } from '../connections/cursor.ts'
import { endAt } from '../connections/root-lists.ts'
import type { TraceInput, TraceStart } from '../generated/resolvers.ts'
import { requireAsset } from '../input/filters.ts'
import { parseAddress, parseField } from '../input/parse.ts'
import { DEFAULT_TRACE_HOPS } from '../limits.ts'
import type { ApiContext } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import { finalTransfer, type HolderModel, type HopModel, type OriginModel } from '../request/models.ts'

/** A trace, or an update of one, with the transfers at its positions. */
export interface TraceParts {
  hops: HopModel[]
  origins: OriginModel[]
  holders: HolderModel[]
}

/** One page of a trace, as of the block of the request, or of the cursor if there is one. */
export async function tracePage(input: TraceInput, { services, snapshot }: ApiContext) {
  const newest = await snapshot.height()
  if (input.atHeight != null && input.atHeight !== BigInt(newest)) {
    throw new RejectionError(
      reject('NOT_AVAILABLE', { argument: 'atHeight', height: input.atHeight, newest }),
    )
  }
  const loaders = await snapshot.loaders()
  const request = await parseTrace(input, loaders, services.limits)
  const list = traceList(request)
  const cursor = input.after ? decodeCursor(list, input.after, newest) : undefined
  const height = cursor?.height ?? newest
  const after = cursor && pointOf(cursor.key)
  const result = await traceAsOf(loaders, { ...request, ...(after ? { after } : {}) }, height)
  return {
    height,
    ...(await traceParts(result, loaders)),
    truncated: result.truncated || result.end !== undefined,
    endCursor: result.end
      ? encodeCursor(list, { height, key: [result.end.unit.toString(), result.end.depth] })
      : null,
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
): Promise<TraceRequest> {
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

async function parseStart(start: TraceStart, loaders: Loaders): Promise<Partial<TraceRequest>> {
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

/** Adds the transfers that the results name, read in one statement. */
export async function traceParts(
  result: Pick<TraceResult, 'hops' | 'origins' | 'holders'>,
  loaders: Loaders,
): Promise<TraceParts> {
  const transfer = async (position: number) => finalTransfer(await loaders.transfer(position))
  const [hops, origins] = await Promise.all([
    Promise.all(result.hops.map(async (hop) => ({ ...hop, transfer: await transfer(hop.position) }))),
    Promise.all(
      result.origins.map(async (origin) => ({ ...origin, transfer: await transfer(origin.position) })),
    ),
  ])
  return { hops, origins, holders: result.holders }
}

/** The name of the list for cursors: page size and cursor are not part of it. */
function traceList({ first: _first, after: _after, ...request }: TraceRequest): string {
  return listName('trace', { ...request })
}

function pointOf([unit, depth]: readonly (number | string)[]): TracePoint {
  if (typeof unit !== 'string' || !/^\d{1,39}$/.test(unit) || typeof depth !== 'number') {
    throw new RejectionError(reject('BAD_CURSOR', { reason: 'damaged' }))
  }
  return { unit: BigInt(unit), depth }
}

/** Traces through the records of all blocks up to a height. */
export async function traceAsOf(
  loaders: Loaders,
  request: TraceRequest,
  height: number,
): Promise<TraceResult> {
  const asset = request.asset === undefined ? null : await loaders.assetOrNull(request.asset)
  return readTrace(loaders.services.database, request, await endAt(loaders, height), asset ? [asset] : [])
}
