import { fieldFromHex } from '../crypto/field.ts'
import type { SignedAction } from './action.ts'
import type { StateView } from './state.ts'

/**
 * The sponsor of an action: the account that registered its asset, or, for a registration, the issuer that its definition names. What an action
 * leaves behind is charged to this account. PROTOCOL.md, "Admission".
 * @returns undefined if the asset of a transfer is not registered in `state`
 */
export function sponsorOf(action: SignedAction, state: Pick<StateView, 'asset'>): bigint | undefined {
  return action.type === 'register'
    ? fieldFromHex(action.definition.issuer)
    : state.asset(action.transfer.assetId)?.issuer
}
