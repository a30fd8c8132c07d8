import type { SignedAction } from './action.ts'
import { assetIdOf } from './definition.ts'
import { registerHash, transferHash } from './hashes.ts'

/** An action with its hash, so that it is hashed once on its way from the border to the block. */
export interface HashedAction {
  action: SignedAction
  /** transferHash or registerHash: what was signed, and the action's name. */
  hash: bigint
}

/** What the signer of an action signs: its transferHash or registerHash. */
export function actionHash(action: SignedAction): bigint {
  if (action.type === 'transfer') return transferHash(action.transfer)
  return registerHash(action.chainId, assetIdOf(action.definition), action.era)
}

/** The action with its hash. */
export function hashAction(action: SignedAction): HashedAction {
  return { action, hash: actionHash(action) }
}
