import { DecodeError } from '../codec/error.ts'
import { accountOf, type PublicKey, verifySignature } from '../crypto/signature.ts'
import type { SignedAction } from './action.ts'
import { assetIdOf } from './definition.ts'
import { registerHash, transferHash } from './hashes.ts'
import { type Rejection, reject } from './rejection.ts'

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

/**
 * Checks the key and the signature of an action, and nothing else: whether the key is that of the account which
 * must sign is a rule, checked when the action is applied.
 * @param hash the action's own hash
 * @returns BAD_KEY, BAD_SIGNATURE, or null if both are good
 */
export function verifyAction(action: SignedAction, hash: bigint): Rejection | null {
  try {
    const good = verifySignature(action.publicKey, action.type, hash, action.signature)
    return good ? null : reject('BAD_SIGNATURE', { kind: action.publicKey.kind })
  } catch (error) {
    return badKey(action.publicKey, error)
  }
}

/** The account that a key stands for, or BAD_KEY. */
export function accountOrRejection(publicKey: PublicKey): bigint | Rejection {
  try {
    return accountOf(publicKey)
  } catch (error) {
    return badKey(publicKey, error)
  }
}

function badKey(publicKey: PublicKey, error: unknown): Rejection {
  if (!(error instanceof DecodeError)) throw error
  return reject('BAD_KEY', { kind: publicKey.kind, reason: error.message })
}
