import { fieldToHex } from '../../crypto/field.ts'
import type { CustodyModel } from '../../ledger/asset.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { holdersPage } from '../connections/holders-list.ts'
import { holdingsOfParent, transfersOfParent } from '../connections/nested-lists.ts'
import type { AssetResolvers } from '../generated/resolvers.ts'
import { assetActivity } from '../model/activity.ts'
import { nodeId } from '../model/node-id.ts'
import { transfersOfHashes } from '../model/transfers.ts'
import { finalTransfer } from '../request/models.ts'

const CUSTODY = {
  'identity-preserved': 'IDENTITY_PRESERVED',
  segregated: 'SEGREGATED',
  'mass-balance': 'MASS_BALANCE',
} as const satisfies Record<CustodyModel, string>

export const Asset: AssetResolvers = {
  id: ({ id: assetId }, _args, { snapshot }) => nodeId({ type: 'Asset', assetId }, snapshot.pinnedTo),
  assetId: ({ id }) => fieldToHex(id),
  name: ({ definition }) => definition.name,
  unique: ({ cap }) => cap === 1n,
  custody: ({ definition: { custody } }) => (custody === undefined ? null : CUSTODY[custody]),
  issuer: ({ issuer }) => ({ account: issuer }),
  issued: async ({ id }, _args, { snapshot }) => {
    const loaders = await snapshot.loaders()
    return (await loaders.holding(MINT, id)).outTotal
  },
  retired: async ({ id }, _args, { snapshot }) => {
    const loaders = await snapshot.loaders()
    const retired = await loaders.holding(RETIRED, id)
    return retired.inTotal - retired.outTotal
  },
  metadata: ({ definition }) => definition.metadata,
  mintHolding: async ({ id }, _args, { snapshot }) => (await snapshot.loaders()).holding(MINT, id),
  retiredHolding: async ({ id }, _args, { snapshot }) => {
    const retired = await (await snapshot.loaders()).holding(RETIRED, id)
    return retired.index === null ? null : retired
  },
  madeFrom: async ({ madeFrom }, _args, { snapshot }) =>
    transfersOfHashes(await snapshot.loaders(), madeFrom),
  registration: async ({ position }, _args, { snapshot }) =>
    finalTransfer(await (await snapshot.loaders()).transfer(position)),
  holders: async ({ id }, args, { snapshot }) => holdersPage(await snapshot.loaders(), id, args),
  holdings: async ({ id }, args, { snapshot }) =>
    holdingsOfParent(await snapshot.loaders(), 'asset', id, args),
  activity: async ({ id }, args, { snapshot }) => assetActivity(await snapshot.loaders(), id, args),
  transfers: async ({ id }, args, { snapshot }) =>
    transfersOfParent(await snapshot.loaders(), 'asset', id, args),
}
