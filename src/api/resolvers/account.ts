import { fieldToHex } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { holdingsOfParent, transfersOfParent } from '../connections/nested-lists.ts'
import { nullIfAway } from '../errors.ts'
import type { AccountResolvers } from '../generated/resolvers.ts'
import { accountActivity } from '../model/activity.ts'
import { nodeId } from '../model/node-id.ts'
import { pendingPage } from '../model/pending.ts'

export const Account: AccountResolvers = {
  address: ({ account }, _args, { services }) => services.addresses.of(account),
  id: ({ account }, _args, { snapshot }) => nodeId({ type: 'Account', account }, snapshot.pinnedTo),
  accountId: ({ account }) => fieldToHex(account),
  name: ({ account }, _args, { services }) => {
    if (account === MINT) return 'MINT'
    if (account === RETIRED) return 'RETIRED'
    return services.nameOf(account) ?? null
  },
  holdings: async ({ account }, args, { snapshot }) =>
    holdingsOfParent(await snapshot.loaders(), 'account', account, args),
  activity: async ({ account }, args, { snapshot }) =>
    accountActivity(await snapshot.loaders(), account, args),
  pending: ({ account }, args, context) =>
    pendingPage(context, args, { account, count: null }).catch(nullIfAway),
  transfers: async ({ account }, args, { snapshot }) =>
    transfersOfParent(await snapshot.loaders(), 'account', account, args),
}
