import type { NodeStatus as ControlStatus } from '../../control/client.ts'
import { LIGHT_COST } from '../budget/weigh.ts'
import type { NodeStatus, ServiceResolvers } from '../generated/resolvers.ts'
import { MAX_CONNECTIONS } from '../http/listener.ts'
import {
  MAX_LIVE_HOPS,
  MAX_OPERATIONS,
  MAX_SOCKETS,
  MAX_SUBSCRIPTION_BYTES,
  MAX_SUBSCRIPTIONS,
  REQUESTED_PROOFS,
} from '../limits.ts'
import { proofCounts } from '../model/batches.ts'
import type { ServiceModel } from '../request/models.ts'
import type { ApiServices } from '../request/services.ts'

/** What this server is, and what limits and keys it uses. */
export function serviceOf({ version, limits, genesis, verificationKey }: ApiServices): ServiceModel {
  const { provingKey, batchSize, stateDepth } = genesis
  return {
    version,
    limits: {
      ...limits,
      executions: { ...limits.executions, heavyAbove: LIGHT_COST },
      operations: MAX_OPERATIONS,
      liveHops: MAX_LIVE_HOPS,
      requestedProofs: REQUESTED_PROOFS.inAll,
      requestedProofsPerClient: REQUESTED_PROOFS.perClient,
      subscriptionsInAll: MAX_SUBSCRIPTIONS,
      subscriptionBytesInAll: MAX_SUBSCRIPTION_BYTES,
      socketsInAll: MAX_SOCKETS,
      connectionsInAll: MAX_CONNECTIONS,
    },
    verificationKeys: [
      {
        circuit: `batch-${batchSize}-${stateDepth}`,
        kind: provingKey.kind === 'production' ? 'PRODUCTION' : 'DEVELOPMENT',
        hash: provingKey.vkHash,
        json: verificationKey,
      },
    ],
  }
}

/** The node tells times of cosignatures in seconds. */
function nodeModel({ log, ...status }: ControlStatus): NodeStatus {
  const { size, validators, witnesses } = log
  return { ...status, log: { size, validators: validators.map(dated), witnesses: witnesses.map(dated) } }
}

function dated<T extends { time: number | null }>({ time, ...rest }: T) {
  return { ...rest, time: time === null ? null : new Date(1_000 * time) }
}

/** The node and the proof queue are asked only if the query selects them. */
export const Service: ServiceResolvers = {
  node: (_service, _args, { services }) => services.control.status().then(nodeModel, () => null),
  proving: async (_service, _args, { services }) => ({
    ...(await proofCounts(services)),
    provers: services.provers(),
  }),
}
