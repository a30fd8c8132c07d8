import { fieldToHex } from '../../crypto/field.ts'
import { listName } from '../connections/cursor.ts'
import { positionsPage } from '../connections/root-lists.ts'
import type { BatchResolvers, ProofBackend, ProvingStage } from '../generated/resolvers.ts'
import { coordinate } from '../input/parse.ts'
import {
  batchData,
  batchRange,
  batchStatus,
  isFull,
  recordCount,
  recordCounts,
  recordsRoot,
} from '../model/batches.ts'
import { nodeId } from '../model/node-id.ts'

export const Batch: BatchResolvers = {
  id: ({ index }, _args, { snapshot }) => nodeId({ type: 'Batch', index }, snapshot.pinnedTo),
  size: (_batch, _args, { services }) => services.genesis.batchSize,
  count: async ({ index }, _args, { snapshot }) => recordCount(await snapshot.loaders(), index),
  full: async ({ index }, _args, { snapshot }) => isFull(await snapshot.loaders(), index),
  status: async ({ index }, _args, { snapshot }) => batchStatus(await snapshot.loaders(), index),
  stage: async ({ index }, _args, { snapshot }) => {
    const job = await (await snapshot.loaders()).batchJobs.load(index)
    return job?.stage ? (job.stage.toUpperCase() as ProvingStage) : null
  },
  progress: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchJobs.load(index))?.progress ?? null,
  failure: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchJobs.load(index))?.error ?? null,
  proof: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.proof ?? null,
  provedAt: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.provedAt ?? null,
  proofSeconds: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.seconds ?? null,
  backend: async ({ index }, _args, { snapshot }) => {
    const proof = await (await snapshot.loaders()).batchProofs.load(index)
    return proof?.backend ? (proof.backend.toUpperCase() as ProofBackend) : null
  },
  keyKind: (_batch, _args, { services }) =>
    services.genesis.provingKey.kind === 'development' ? 'DEVELOPMENT' : 'PRODUCTION',
  recordsRoot: async ({ index }, { before }, { snapshot }) =>
    fieldToHex(
      await recordsRoot(await snapshot.loaders(), index, before == null ? undefined : coordinate(before)),
    ),
  data: async ({ index }, _args, { snapshot }) => batchData(await snapshot.loaders(), index),
  publicSignals: async ({ index }, _args, { snapshot }) =>
    (await (await snapshot.loaders()).batchProofs.load(index))?.publicSignals ?? null,
  proven: async ({ index }, _args, { snapshot }) =>
    (await recordCounts(await snapshot.loaders(), index)).proven,
  attested: async ({ index }, _args, { snapshot }) =>
    (await recordCounts(await snapshot.loaders(), index)).attested,
  transfers: async ({ index }, args, { snapshot }) => {
    const loaders = await snapshot.loaders()
    return positionsPage(loaders, listName('batch.transfers', { index }), batchRange(loaders, index), args)
  },
}
