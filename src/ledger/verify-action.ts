import { type EddsaClaim, eddsaClaim, verifyEddsaAll } from '../crypto/eddsa.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { verifySignature } from '../crypto/signature.ts'
import type { SignedAction } from './action.ts'
import { type Rejection, reject } from './rejection.ts'
import { badKey } from './signer.ts'

/** What is checked of an action beside its hash. */
export type ActionSignature = Pick<SignedAction, 'type' | 'publicKey' | 'signature'>

/**
 * Checks the encoding of an action's key, and its signature. Does not check that the key belongs to the account that must sign: that is
 * a rule of the ledger, checked when the action is applied.
 * @param hash the hash of this action
 * @returns BAD_KEY, BAD_SIGNATURE, or null if both are valid
 */
export function verifyAction(poseidon: Poseidon, action: ActionSignature, hash: bigint): Rejection | null {
  const { publicKey, type, signature } = action
  return checked(action, () => verifySignature(poseidon, publicKey, type, hash, signature))
}

/** As verifyAction says of each of many actions. Takes less time than one after the other. */
export function verifyActions(
  poseidon: Poseidon,
  signed: readonly { action: ActionSignature; hash: bigint }[],
): (Rejection | null)[] {
  const claims: EddsaClaim[] = []
  const faults = signed.map(({ action, hash }) => {
    const { publicKey, signature } = action
    if (publicKey.kind !== 'eddsa') return verifyAction(poseidon, action, hash)
    return checked(action, () => {
      const claim = eddsaClaim(publicKey.bytes, hash, signature)
      if (claim !== undefined) claims.push(claim)
      return claim !== undefined
    })
  })
  const answers = verifyEddsaAll(poseidon, claims)
  let next = 0
  return faults.map((fault, i) => {
    const { action } = signed[i]!
    const isClaimed = fault === null && action.publicKey.kind === 'eddsa'
    return isClaimed ? checked(action, () => answers[next++]!) : fault
  })
}

function checked({ publicKey }: ActionSignature, isGood: () => boolean): Rejection | null {
  try {
    return isGood() ? null : reject('BAD_SIGNATURE', { kind: publicKey.kind })
  } catch (error) {
    return badKey(publicKey, error)
  }
}
