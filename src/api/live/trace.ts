import { throwRejection } from '../../ledger/rejection.ts'
import type { TraceRequest, TraceResult } from '../../provenance/types.ts'
import { nextChange } from '../../storage/reads/trace-changes.ts'
import { ChargedRecords } from '../budget/charged-records.ts'
import type { TraceInput } from '../generated/resolvers.ts'
import { COST_PER_TRACED_RECORD, DEFAULT_TRACE_HOPS, MAX_LIVE_HOPS } from '../limits.ts'
import { parseTrace, traceAsOf } from '../model/trace.ts'
import { type ApiContext, atHeight, clientOf } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import { heightRanges, type Live, type LiveEvent } from './follow.ts'
import { startAfter } from './start.ts'
import { addedTo, type Whole } from './trace-difference.ts'

export interface TraceUpdate extends Whole {
  height: number
}

/**
 * A trace: now (unless `after` is given), then after each block that changes it. Only blocks that change a holding on its way are examined:
 * the trace as of such a block is compared with the one before.
 */
export async function liveTrace(
  context: ApiContext,
  input: TraceInput,
  after: bigint | null | undefined,
): Promise<Live<TraceUpdate>> {
  for (const argument of ['first', 'after', 'atHeight'] as const) {
    if (input[argument] != null)
      throwRejection('BAD_INPUT', { argument, reason: 'has no meaning in a subscription' })
  }
  const start = await startAfter(context, after)
  const { services, snapshot } = context
  const request = {
    ...(await parseTrace(input, await snapshot.loaders(), services.limits)),
    first: MAX_LIVE_HOPS,
  }
  const first = await wholeTrace(context, request, start, DEFAULT_TRACE_HOPS)
  return async function* (signal) {
    let known = first
    if (after == null) yield [update(known, start)]
    for await (const { above, upTo } of heightRanges(services.heights, start, signal)) {
      let height = await nextChangeOf(context, request, known, above, upTo)
      while (height !== undefined && !signal.aborted) {
        const now = await wholeTrace(context, request, height)
        const added = addedTo(known, now)
        known = now
        if (added) yield [update(added, height)]
        height = await nextChangeOf(context, request, known, height, upTo)
      }
    }
  }
}

/**
 * All of a trace. It has its turn among the live traces, may look up as many records as a request, and pays for them.
 * @param paid records that are paid for already: by the subscription, for its first trace
 * @throws RejectionError TOO_LARGE if the trace has more hops than a subscription can follow, or takes more records
 */
async function wholeTrace(
  context: ApiContext,
  request: TraceRequest,
  height: number,
  paid = 0,
): Promise<TraceResult> {
  const { walks, limits, clients } = context.services
  const loaders = await atHeight(context, height).snapshot.loaders()
  const budget = new ChargedRecords(
    { left: limits.traceRecords, max: limits.traceRecords },
    { paid, perRecord: COST_PER_TRACED_RECORD, charge: context.work.charge },
  )
  const client = clients.of(clientOf(context))
  const result = await walks.live.run(client, context.abort.signal, () =>
    traceAsOf(loaders, request, height, budget, context.work),
  )
  if (result.end) throwRejection('TOO_LARGE', { what: 'live trace', max: MAX_LIVE_HOPS })
  return result
}

function update({ hops, origins, holders }: Whole, height: number): LiveEvent<TraceUpdate> {
  return { height, value: { height, hops, origins, holders } }
}

/** The first height in (above, upTo] with a record that may change the trace. */
async function nextChangeOf(
  context: ApiContext,
  request: TraceRequest,
  known: TraceResult,
  above: number,
  upTo: number,
): Promise<number | undefined> {
  const from = await (await atHeight(context, above).snapshot.loaders()).end()
  const loaders = await atHeight(context, upTo).snapshot.loaders()
  const holdings = new Set(known.holders.map(({ holding }) => holding))
  const start = await startHolding(loaders, request)
  if (start !== null) holdings.add(start)
  const { direction, account, transfer } = request
  if (direction === 'BACKWARD' && account === undefined && transfer === undefined) {
    // For a range of serials, a forward trace ends where these units are.
    const forward = await wholeTrace(context, { ...request, direction: 'FORWARD' }, above)
    for (const { holding } of forward.holders) holdings.add(holding)
  }
  // Going forward, an asset made from units that were retired on the way belongs to the trace.
  const positions = direction === 'FORWARD' ? known.hops.map(({ position }) => position) : []
  return nextChange(
    loaders.services.database,
    { holdings: [...holdings], positions },
    from,
    await loaders.end(),
  )
}

/** The holding whose units a request counts, if it can still receive more of them; null while it is not open. */
async function startHolding(loaders: Loaders, { asset, account }: TraceRequest): Promise<number | null> {
  if (asset === undefined) return null
  return account === undefined
    ? (await loaders.asset(asset)).mintHolding
    : (await loaders.holding(account, asset)).index
}
