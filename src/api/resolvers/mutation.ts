import type { MutationResolvers } from '../generated/resolvers.ts'
import { coordinate } from '../input/parse.ts'
import { parseAssetInput, parseTransferInput } from '../input/submit-input.ts'
import { requestProof } from '../model/batches.ts'
import { clientOf } from '../request/context.ts'
import { submit, submitAll } from './submit.ts'

export const Mutation: MutationResolvers = {
  submitTransfer: (_root, { input, wait }, context) =>
    submit(context, () => parseTransferInput(input), input.note, wait),
  registerAsset: (_root, { input, wait }, context) =>
    submit(context, () => parseAssetInput(input), input.note, wait),
  submitAll: (_root, { actions }, context) => submitAll(context, actions),
  requestProof: async (_root, { index }, context) =>
    requestProof(await context.snapshot.loaders(), coordinate(index), clientOf(context)),
}
