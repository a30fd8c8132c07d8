import type { Poseidon } from '../crypto/poseidon.ts'
import { verifySignature } from '../crypto/signature.ts'
import type { SignedAction } from './action.ts'
import { type Rejection, reject } from './rejection.ts'
import { badKey } from './signer.ts'

/**
 * Checks the encoding of an action's key, and its signature. Does not check that the key belongs to the account that must sign: that is
 * a rule of the ledger, checked when the action is applied.
 * @param hash the hash of this action
 * @returns BAD_KEY, BAD_SIGNATURE, or null if both are valid
 */
export function verifyAction(poseidon: Poseidon, action: SignedAction, hash: bigint): Rejection | null {
  try {
    const good = verifySignature(poseidon, action.publicKey, action.type, hash, action.signature)
    return good ? null : reject('BAD_SIGNATURE', { kind: action.publicKey.kind })
  } catch (error) {
    return badKey(action.publicKey, error)
  }
}
