import type {
  SubscriptionBatchesArgs,
  SubscriptionBlocksArgs,
  SubscriptionHoldingArgs,
  SubscriptionHoldingsArgs,
  SubscriptionResolvers,
  SubscriptionTraceArgs,
  SubscriptionTransfersArgs,
} from '../generated/resolvers.ts'
import { parseTransferFilter } from '../input/filters.ts'
import { parseAddress } from '../input/parse.ts'
import { liveBatches } from '../live/batches.ts'
import { liveBlocks, liveChain } from '../live/chain.ts'
import { cancellable, type Live, type LiveEvent } from '../live/follow.ts'
import { liveHolding, liveHoldings } from '../live/holdings.ts'
import type { LiveContext } from '../live/shared-live.ts'
import { liveTrace } from '../live/trace.ts'
import { liveTransfers } from '../live/transfers.ts'
import type { ApiContext } from '../request/context.ts'

/** The `after` of an event: by default its height. */
type AfterOf<T> = (event: LiveEvent<T>) => string | undefined
const heightOf = ({ height }: LiveEvent<unknown>) => String(height)
const ownAfter = ({ after }: LiveEvent<unknown>) => after

/** A field whose events come from a generator. Arguments are parsed before the first event. */
const field = <Args, T>(
  start: (args: Args, context: LiveContext) => Promise<Live<T>>,
  afterOf: AfterOf<T> = heightOf,
) => ({
  subscribe: async (_root: unknown, args: Args, context: ApiContext) => {
    const run = await start(args, context as LiveContext)
    const withAfter = (events: readonly LiveEvent<T>[]) => {
      for (const event of events) event.after = afterOf(event)
      return events
    }
    return cancellable(run, () => {}, withAfter) as AsyncIterable<never>
  },
  resolve: (event: unknown) => (event as LiveEvent<T>).value,
})

/** Root fields of subscriptions. The generators are in ../live, one file per subject. */
export const Subscription: SubscriptionResolvers = {
  // It has no `after`: each subscription begins with the chain as it is.
  chain: field((_args: object, context) => liveChain(context), ownAfter),
  blocks: field((args: SubscriptionBlocksArgs, context) => liveBlocks(context, args.after)),
  transfers: field(async (args: SubscriptionTransfersArgs, context) => {
    const filter = await parseTransferFilter(args.filter, await context.snapshot.loaders())
    return liveTransfers(context, filter, args.after)
  }, ownAfter),
  holding: field((args: SubscriptionHoldingArgs, context) =>
    liveHolding(context, parseAddress(args.address), args.asset, args.after),
  ),
  holdings: field(
    (args: SubscriptionHoldingsArgs, context) =>
      liveHoldings(context, parseAddress(args.address), args.after),
    ownAfter,
  ),
  trace: field((args: SubscriptionTraceArgs, context) => liveTrace(context, args.input, args.after)),
  batches: field((args: SubscriptionBatchesArgs, context) => liveBatches(context, args.after), ownAfter),
}
