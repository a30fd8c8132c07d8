import type { ApiServices } from '../context.ts'
import type { Service } from '../generated/resolvers.ts'

/** What this server is and goes by. */
export function serviceOf({ version, limits, genesis }: ApiServices): Service {
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
