import type { Resolvers } from '../generated/resolvers.ts'
import { scalars } from '../input/scalars.ts'
import { Account } from './account.ts'
import { Asset } from './asset.ts'
import { Batch } from './batch.ts'
import { Block } from './block.ts'
import { Chain } from './chain.ts'
import * as connections from './connections.ts'
import { Holding } from './holding.ts'
import { Mutation } from './mutation.ts'
import { Pool } from './pool.ts'
import { Query } from './query.ts'
import { Service } from './service.ts'
import { SubmitResult } from './submit.ts'
import { Subscription } from './subscription.ts'
import { Holder, Hop, Origin } from './trace.ts'
import { Transfer } from './transfer.ts'

/** All resolvers. A field without one is a property of its model. */
export const resolvers: Resolvers = {
  ...scalars,
  ...connections,
  Account,
  Asset,
  Batch,
  Block,
  Chain,
  Holder,
  Holding,
  Hop,
  Mutation,
  Origin,
  Pool,
  Query,
  Service,
  SubmitResult,
  Subscription,
  Transfer,
}
