import { bytesToHex } from '../../codec/bytes.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { encodeHeader } from '../../ledger/header.ts'
import { listName } from '../connections/cursor.ts'
import { positionsPage } from '../connections/root-lists.ts'
import type { BlockResolvers } from '../generated/resolvers.ts'
import { batchesOfBlock } from '../model/batch-lists.ts'
import { nodeId } from '../model/node-id.ts'
import { endOf } from '../request/loaders.ts'
import { timestampOf, validatorOf } from './chain.ts'

export const Block: BlockResolvers = {
  id: ({ header: { height } }, _args, { snapshot }) => nodeId({ type: 'Block', height }, snapshot.pinnedTo),
  height: ({ header }) => header.height,
  hash: ({ hash }) => bytesToHex(hash),
  view: ({ header }) => header.view,
  era: ({ header }) => header.era,
  timestamp: ({ header }, _args, { services }) => timestampOf(services, header.era),
  parentHash: ({ header }) => bytesToHex(header.parentHash),
  proposer: ({ header }, _args, { services }) => {
    const validator = services.genesis.validators[header.proposer]
    return header.height > 0 && validator ? validatorOf(validator, header.proposer) : null
  },
  stateRoot: ({ header }) => fieldToHex(header.stateRoot),
  historyRoot: ({ header }) => fieldToHex(header.historyRoot),
  logRoot: ({ header }) => bytesToHex(header.logRoot),
  header: ({ header }) => bytesToHex(encodeHeader(header)),
  certificate: ({ certificate }) => certificate && bytesToHex(certificate),
  position: ({ header }) => header.position,
  transferCount: ({ recordCount }) => recordCount,
  transfers: async (block, args, { snapshot }) => {
    const { height, position } = block.header
    const list = listName('block.transfers', { height })
    return positionsPage(await snapshot.loaders(), list, { first: position, end: endOf(block) }, args)
  },
  batches: async (block, args, { snapshot }) => batchesOfBlock(await snapshot.loaders(), block, args),
}
