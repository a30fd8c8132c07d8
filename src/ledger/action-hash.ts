import type { Poseidon } from '../crypto/poseidon.ts'
import type { SignedAction } from './action.ts'
import { assetIdOf } from './definition.ts'
import { registerHash, transferHash } from './hashes.ts'

/** An action with its hash, so that it is hashed only once between decoding and the block. */
export interface HashedAction {
  action: SignedAction
  /** transferHash or registerHash: the value that was signed, and the action's name. */
  hash: bigint
}

/** The hash that the signer of an action signs: transferHash or registerHash. */
export function actionHash(poseidon: Poseidon, action: SignedAction): bigint {
  if (action.type === 'transfer') return transferHash(poseidon, action.transfer)
  return registerHash(poseidon, action.chainId, assetIdOf(poseidon, action.definition), action.era)
}

/** Computes an action's hash and returns both. */
export function hashAction(poseidon: Poseidon, action: SignedAction): HashedAction {
  return { action, hash: actionHash(poseidon, action) }
}
