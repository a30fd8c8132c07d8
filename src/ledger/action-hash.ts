import { hashAll, type Poseidon } from '../crypto/poseidon.ts'
import type { SignedAction } from './action.ts'
import { assetIdOf, assetIdsOf } from './definition.ts'
import { registerHash, registerInputs, transferHash, transferInputs } from './hashes.ts'

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

/** The hashes of many actions, in their order. Takes less time than one after the other. */
export function actionHashes(poseidon: Poseidon, actions: readonly SignedAction[]): bigint[] {
  const registers = actions.filter((action) => action.type === 'register')
  const ids = assetIdsOf(
    poseidon,
    registers.map(({ definition }) => definition),
  )
  let next = 0
  const inputs = actions.map((action) =>
    action.type === 'transfer'
      ? transferInputs(action.transfer)
      : registerInputs(action.chainId, ids[next++]!, action.era),
  )
  return hashAll(poseidon, inputs)
}

/** Computes an action's hash and returns both. */
export function hashAction(poseidon: Poseidon, action: SignedAction): HashedAction {
  return { action, hash: actionHash(poseidon, action) }
}
