import { fieldToHex } from '../../crypto/field.ts'
import { countRecords, recordsRootOf } from '../../ledger/batch.ts'
import { listName } from '../connections/cursor.ts'
import { positionsPage } from '../connections/root-lists.ts'
import type { BatchResolvers } from '../generated/resolvers.ts'
import { batchRange, batchRecords, batchStatus, isFull } from '../model/batches.ts'

export const Batch: BatchResolvers = {
  id: ({ index }) => String(index),
  size: (_batch, _args, { services }) => services.genesis.batchSize,
  count: async ({ index }, _args, { snapshot }) =>
    (await batchRecords(await snapshot.loaders(), index)).length,
  full: async ({ index }, _args, { snapshot }) => isFull(await snapshot.loaders(), index),
  status: async ({ index }, _args, { snapshot }) => batchStatus(await snapshot.loaders(), index),
  stage: async ({ index }, _args, { snapshot }) => {
    const job = await (await snapshot.loaders()).batchJobs.load(index)
    return job && (job.claimed ? job.stage : job.error)
  },
  proof: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.proof ?? null,
  provedAt: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.provedAt ?? null,
  proofSeconds: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.seconds ?? null,
  backend: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.backend ?? null,
  keyKind: (_batch, _args, { services }) =>
    services.genesis.provingKey.kind === 'development' ? 'DEVELOPMENT' : 'PRODUCTION',
  recordsRoot: async ({ index }, { before }, { snapshot, services }) => {
    const records = await batchRecords(await snapshot.loaders(), index)
    const { poseidon, chainId, genesis } = services
    const earlier = records.filter(({ position }) => before == null || BigInt(position) < before)
    return fieldToHex(recordsRootOf(poseidon, earlier, { chainId, batchSize: genesis.batchSize }))
  },
  publicSignals: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.publicSignals ?? null,
  proven: async ({ index }, _args, { snapshot }) => {
    const records = await batchRecords(await snapshot.loaders(), index)
    return countRecords(records).proven
  },
  attested: async ({ index }, _args, { snapshot }) => {
    const records = await batchRecords(await snapshot.loaders(), index)
    return countRecords(records).attested
  },
  transfers: async ({ index }, args, { snapshot }) => {
    const loaders = await snapshot.loaders()
    return positionsPage(loaders, listName('batch.transfers', { index }), batchRange(loaders, index), args)
  },
}
