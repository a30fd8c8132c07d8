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
import { cancellable, type LiveEvent } from '../live/follow.ts'
import { liveHolding, liveHoldings } from '../live/holdings.ts'
import type { LiveContext } from '../live/shared-live.ts'
import { liveTrace } from '../live/trace.ts'
import { liveTransfers } from '../live/transfers.ts'
import type { ApiContext } from '../request/context.ts'

/** Makes a generator of events that ends when the signal aborts. */
type Live<T> = (signal: AbortSignal) => AsyncGenerator<LiveEvent<T>>

/** A field whose events come from a generator. Arguments are parsed before the first event. */
const field = <Args, T>(start: (args: Args, context: LiveContext) => Promise<Live<T>>) => ({
  subscribe: async (_root: unknown, args: Args, context: ApiContext) =>
    cancellable(await start(args, context as LiveContext)) as AsyncIterable<never>,
  resolve: (event: unknown) => (event as LiveEvent<T>).value,
})

/** Root fields of subscriptions. The generators are in ../live, one file per subject. */
export const Subscription: SubscriptionResolvers = {
  chain: field((_args: object, context) => liveChain(context)),
  blocks: field((args: SubscriptionBlocksArgs, context) => liveBlocks(context, args.after)),
  transfers: field(async (args: SubscriptionTransfersArgs, context) => {
    const filter = await parseTransferFilter(args.filter, await context.snapshot.loaders())
    return liveTransfers(context, filter, args.after)
  }),
  holding: field((args: SubscriptionHoldingArgs, context) =>
    liveHolding(context, parseAddress(args.address), args.asset, args.after),
  ),
  holdings: field((args: SubscriptionHoldingsArgs, context) =>
    liveHoldings(context, parseAddress(args.address), args.after),
  ),
  trace: field((args: SubscriptionTraceArgs, context) => liveTrace(context, args.input, args.after)),
  batches: field((args: SubscriptionBatchesArgs, context) => liveBatches(context, args.after)),
}
