import { bytesToHex } from '../../codec/bytes.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { eraAt, eraClockOf, timeOfEra } from '../../ledger/era.ts'
import type { Validator as GenesisValidator } from '../../ledger/genesis.ts'
import { readEvidence } from '../../storage/evidence.ts'
import type { ChainResolvers, Validator } from '../generated/resolvers.ts'
import { chainActivity } from '../model/activity.ts'
import { batchCount } from '../model/batches.ts'
import type { ApiServices } from '../request/services.ts'

export const Chain: ChainResolvers = {
  chainId: (_chain, _args, { services }) => fieldToHex(services.chainId),
  name: (_chain, _args, { services }) => services.genesis.name,
  // If the node is down while its database still answers, the newest known block is the newest final one.
  height: async ({ height }, _args, { services }) => {
    const status = await services.control.status().catch(() => undefined)
    return Math.max(height, status?.height ?? 0)
  },
  finalizedHeight: ({ height }) => height,
  head: async ({ height }, _args, { snapshot }) => (await snapshot.loaders()).block(height),
  era: (_chain, _args, { services }) => eraAt(eraClockOf(services.genesis), services.now()),
  startTime: (_chain, _args, { services }) => new Date(services.genesis.startTime),
  eraMs: (_chain, _args, { services }) => services.genesis.eraMs,
  delay: (_chain, _args, { services }) => services.genesis.delay,
  ttl: (_chain, _args, { services }) => services.genesis.ttl,
  reservations: (_chain, _args, { services }) => services.genesis.reservations ?? null,
  batchSize: (_chain, _args, { services }) => services.genesis.batchSize,
  stateDepth: (_chain, _args, { services }) => services.genesis.stateDepth,
  firstPosition: (_chain, _args, { services }) => services.firstPosition,
  validators: (_chain, _args, { services }) => services.genesis.validators.map(validatorOf),
  evidence: async (_chain, _args, { services }) =>
    (await readEvidence(services.database)).map(({ validator, view, kind, bytes, seenAt }) => ({
      validator: validatorOf(services.genesis.validators[validator]!, validator),
      view,
      kind: kind === 'votes' ? 'VOTES' : 'PROPOSALS',
      bytes: bytesToHex(bytes),
      seenAt,
    })),
  counts: async ({ height }, _args, { snapshot }) => {
    const loaders = await snapshot.loaders()
    const block = await loaders.block(height)
    const { records: transfers, ...totals } = block.totals
    return { blocks: height + 1, transfers, ...totals, batches: batchCount(loaders, block) }
  },
  activity: async (_chain, args, { snapshot }) => chainActivity(await snapshot.loaders(), args),
  genesis: (_chain, _args, { services }) => services.genesisJson,
}

/** The timestamp of a block: when its era was due. */
export function timestampOf({ genesis }: Pick<ApiServices, 'genesis'>, era: number): Date {
  return new Date(timeOfEra(eraClockOf(genesis), era))
}

export function validatorOf(validator: GenesisValidator, index: number): Validator {
  return {
    index,
    name: validator.name,
    votingKey: bytesToHex(validator.votingKey),
    transportKey: bytesToHex(validator.transportKey),
    logKey: bytesToHex(validator.logKey),
  }
}
