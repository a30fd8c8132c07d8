import { fieldFromHex } from '../crypto/field.ts'
import type { SignedRegister, SignedTransfer } from './action.ts'
import type { HashedAction } from './action-hash.ts'
import { checkRegister, registerAsset } from './apply-register.ts'
import { checkTransfer, moveUnits } from './apply-transfer.ts'
import { checkBlockEra } from './era.ts'
import type { Overlay } from './overlay.ts'
import { flagsOf, type LedgerRecord } from './record.ts'
import { isRejection, type Rejection, reject } from './rejection.ts'
import type { ApplyContext, Rules } from './rules.ts'
import { accountOrRejection } from './signer.ts'

/**
 * Applies one action to an overlay, after checking every rule except the signature, which the caller has verified (`verifyAction`).
 * A rejected action changes nothing.
 * @returns the record, or a rejection for the first rule that the action breaks
 */
export function applyAction(
  state: Overlay,
  signed: HashedAction,
  context: ApplyContext,
): LedgerRecord | Rejection {
  const { action, hash } = signed
  const { chainId, era } = action.type === 'transfer' ? action.transfer : action
  if (chainId !== context.rules.chainId) return reject('WRONG_CHAIN')
  const badEra = checkBlockEra(era, context.blockEra, context.rules)
  if (badEra !== null) return badEra
  return action.type === 'transfer'
    ? applyTransfer(state, action, hash, context)
    : applyRegister(state, action, hash, context)
}

function applyTransfer(
  state: Overlay,
  { transfer, publicKey }: SignedTransfer,
  hash: bigint,
  context: ApplyContext,
): LedgerRecord | Rejection {
  const parties = checkTransfer(state, transfer, context)
  if (isRejection(parties)) return parties
  const wrong = checkSigner(context.rules, publicKey, parties.signer)
  if (wrong !== null) return wrong
  return moveUnits(state, { transfer, hash, flags: flagsOf('transfer', publicKey.kind) }, parties, context)
}

function applyRegister(
  state: Overlay,
  { definition, era, publicKey }: SignedRegister,
  hash: bigint,
  context: ApplyContext,
): LedgerRecord | Rejection {
  const issuer = fieldFromHex(definition.issuer)
  const wrong = checkSigner(context.rules, publicKey, issuer)
  if (wrong !== null) return wrong
  const registration = checkRegister(state, { definition, era }, context)
  if (isRejection(registration)) return registration
  const flags = flagsOf('register', publicKey.kind)
  return registerAsset(state, { ...registration, hash, era, flags }, context)
}

/** Checks that the key belongs to the account that must sign. */
function checkSigner(
  { poseidon }: Rules,
  publicKey: SignedTransfer['publicKey'],
  signer: bigint,
): Rejection | null {
  const account = accountOrRejection(poseidon, publicKey)
  if (typeof account !== 'bigint') return account
  return account === signer ? null : reject('WRONG_SIGNER', { kind: publicKey.kind })
}
