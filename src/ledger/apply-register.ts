import { utf8 } from '../codec/bytes.ts'
import type { SignedRegister } from './action.ts'
import type { Budgets } from './admission.ts'
import type { Asset } from './asset.ts'
import { checkHistory, checkOpening } from './capacity.ts'
import { assetOf, canonicalDefinition } from './definition.ts'
import type { Overlay } from './overlay.ts'
import { MINT } from './params.ts'
import { chargedFor, checkQuota, mayRegister } from './quota.ts'
import type { LedgerRecord, RecordFlags } from './record.ts'
import { type Rejection, reject } from './rejection.ts'
import { checkReserved } from './reservation.ts'
import type { ApplyContext } from './rules.ts'

/** What checkRegister found and registerAsset needs. */
interface Registration {
  asset: Asset
  /** What the asset uses of its sponsor's budgets. */
  uses: Partial<Budgets>
}

/**
 * Checks the registration of an asset, except its chain, signature and whether its era fits the block's. PROTOCOL.md, "Registration".
 * @returns the asset to be registered, or a rejection for the first rule that is broken
 */
export function checkRegister(
  state: Overlay,
  { definition, era }: Pick<SignedRegister, 'definition' | 'era'>,
  { rules }: ApplyContext,
): Registration | Rejection {
  const asset = assetOf(rules.poseidon, definition, state.holdingCount)
  if (!mayRegister(rules.quotas, asset.issuer)) return reject('NOT_REGISTRAR', { account: definition.issuer })
  if (state.asset(asset.id) !== undefined) return reject('ASSET_EXISTS', { code: asset.code })
  if (state.assetByCode(asset.code) !== undefined) return reject('CODE_TAKEN', { code: asset.code })
  const uses = { assets: 1, bytes: utf8(canonicalDefinition(definition)).length, holdings: 1 }
  return (
    checkReserved(state, definition, era, rules.reservations) ??
    checkMadeFrom(state, asset) ??
    checkOpening(state, asset.issuer, rules) ??
    checkQuota(state, rules.quotas, asset.issuer, uses) ??
    checkHistory(state) ?? { asset, uses }
  )
}

/** Each retirement must be in the state, which used ones have left, and be the issuer's. PROTOCOL.md, "Made from". */
function checkMadeFrom(state: Overlay, asset: Asset): Rejection | null {
  for (const [i, hash] of asset.madeFrom.entries()) {
    const transfer = asset.definition.madeFrom[i]!
    const retirement = state.retirement(hash)
    if (retirement === undefined) return reject('UNKNOWN_RETIREMENT', { transfer })
    if (retirement.from !== asset.issuer) return reject('FOREIGN_RETIREMENT', { transfer })
  }
  return null
}

/** Registers an asset that passed checkRegister: opens its mint holding with the whole cap, and uses up the retirements. */
export function registerAsset(
  state: Overlay,
  signed: Registration & { hash: bigint; era: number; flags: RecordFlags },
  { blockEra, rules: { quotas } }: ApplyContext,
): LedgerRecord {
  const { asset, uses, hash, era, flags } = signed
  const mint = { account: MINT, assetId: asset.id, inTotal: asset.cap, outTotal: 0n }
  const { index } = state.openHolding(mint, asset.issuer)
  state.addAsset(asset)
  state.charge(chargedFor(quotas, asset.issuer), uses)
  for (const transfer of asset.madeFrom) {
    const { sponsor } = state.retirement(transfer)!
    state.useRetirement(transfer)
    state.charge(chargedFor(quotas, sponsor), { retirements: -1 })
  }
  return {
    position: state.takePosition(),
    kind: 'register',
    hash,
    from: asset.issuer,
    to: MINT,
    assetId: asset.id,
    amount: asset.cap,
    fromStart: 0n,
    toStart: 0n,
    era,
    blockEra,
    memo: asset.definitionHash,
    fromHolding: index,
    toHolding: index,
    flags,
  }
}
