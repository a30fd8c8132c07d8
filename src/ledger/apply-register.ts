import type { Asset, AssetDefinition } from './asset.ts'
import { checkHistory, checkOpening } from './capacity.ts'
import { assetOf } from './definition.ts'
import type { Overlay } from './overlay.ts'
import { MINT } from './params.ts'
import type { LedgerRecord } from './record.ts'
import { type Rejection, reject } from './rejection.ts'
import type { ApplyContext } from './rules.ts'

/**
 * Checks the registration of an asset, except its chain, era and signature. PROTOCOL.md, "Registration".
 * @returns the asset to be registered, or a rejection for the first rule that is broken
 */
export function checkRegister(
  state: Overlay,
  definition: AssetDefinition,
  { rules }: ApplyContext,
): Asset | Rejection {
  const asset = assetOf(rules.poseidon, definition, state.holdingCount)
  if (state.asset(asset.id) !== undefined) return reject('ASSET_EXISTS', { code: asset.code })
  if (state.assetByCode(asset.code) !== undefined) return reject('CODE_TAKEN', { code: asset.code })
  return (
    checkMadeFrom(state, asset) ?? checkOpening(state, asset.issuer, rules) ?? checkHistory(state) ?? asset
  )
}

/** Each retirement must have been signed by the issuer and not be used by another asset. PROTOCOL.md, "Made from". */
function checkMadeFrom(state: Overlay, asset: Asset): Rejection | null {
  for (const [i, hash] of asset.madeFrom.entries()) {
    const transfer = asset.definition.madeFrom[i]!
    const retirement = state.retirement(hash)
    if (retirement === undefined) return reject('UNKNOWN_RETIREMENT', { transfer })
    if (retirement.from !== asset.issuer) return reject('FOREIGN_RETIREMENT', { transfer })
    if (retirement.usedBy !== undefined) return reject('RETIREMENT_USED', { transfer })
  }
  return null
}

/** Registers an asset that passed checkRegister: opens its mint holding with the whole cap, and marks the retirements as used. */
export function registerAsset(
  state: Overlay,
  signed: { asset: Asset; hash: bigint; era: number },
  blockEra: number,
): LedgerRecord {
  const { asset, hash, era } = signed
  const mint = { account: MINT, assetId: asset.id, inTotal: asset.cap, outTotal: 0n }
  const { index } = state.openHolding(mint, asset.issuer)
  state.addAsset(asset)
  for (const transfer of asset.madeFrom) {
    state.setRetirement(transfer, { ...state.retirement(transfer)!, usedBy: asset.id })
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
    flags: 2,
  }
}
