import type { ApiServices } from '../context.ts'
import type { ServiceResolvers, Service as ServiceType } from '../generated/resolvers.ts'

/** What this server is and goes by. */
export function serviceOf({ version, limits, genesis }: ApiServices): ServiceType {
  const { provingKey, batchSize, stateDepth } = genesis
  return {
    version,
    limits,
    verificationKeys: [
      {
        circuit: `batch-${batchSize}-${stateDepth}`,
        kind: provingKey.kind === 'production' ? 'PRODUCTION' : 'DEVELOPMENT',
        hash: provingKey.vkHash,
      },
    ],
  }
}

/** The node is asked only if the query does. */
export const Service: ServiceResolvers = {
  node: (_service, _args, { services }) => services.control.status().catch(() => null),
}
