import type { Poseidon } from '../crypto/poseidon.ts'
import { verifySignature } from '../crypto/signature.ts'
import type { SignedAction } from './action.ts'
import { type Rejection, reject } from './rejection.ts'
import { badKey } from './signer.ts'

/**
 * Checks the key and the signature of an action, and nothing else: whether the key is that of the account which
 * must sign is a rule, checked when the action is applied.
 * @param hash the action's own hash
 * @returns BAD_KEY, BAD_SIGNATURE, or null if both are good
 */
export function verifyAction(poseidon: Poseidon, action: SignedAction, hash: bigint): Rejection | null {
  try {
    const good = verifySignature(poseidon, action.publicKey, action.type, hash, action.signature)
    return good ? null : reject('BAD_SIGNATURE', { kind: action.publicKey.kind })
  } catch (error) {
    return badKey(action.publicKey, error)
  }
}
