import type { Poseidon } from '../crypto/poseidon.ts'
import { checkRegister, registerAsset } from './apply-register.ts'
import { checkTransfer, moveUnits } from './apply-transfer.ts'
import { firstPositionOf } from './batch.ts'
import type { Allocation, Genesis } from './genesis.ts'
import { registerHash, transferHash } from './hashes.ts'
import { LedgerState } from './ledger-state.ts'
import { Overlay } from './overlay.ts'
import { MINT } from './params.ts'
import type { LedgerRecord } from './record.ts'
import { isRejection, type Rejection, throwRejection } from './rejection.ts'
import { type ApplyContext, rulesOf } from './rules.ts'
import type { StateChanges } from './state.ts'

export interface GenesisResult {
  state: LedgerState
  /** One register record per definition, then one record per allocation, in the order of the genesis. */
  records: LedgerRecord[]
  /** How `state` differs from an empty one. */
  changes: StateChanges
  /** Position of the first block's first record: the next multiple of B. */
  firstPosition: number
}

/**
 * Computes the state that the first block builds on. The records of a genesis have no signatures, so they count as attested.
 * PROTOCOL.md, "Genesis".
 * @throws RejectionError `BAD_GENESIS` if a definition or an allocation breaks a rule of the ledger
 */
export function applyGenesis(poseidon: Poseidon, genesis: Genesis): GenesisResult {
  const rules = {
    ...rulesOf(poseidon, genesis),
    openingsPerSigner: Number.POSITIVE_INFINITY,
    reservations: undefined,
  }
  const context: ApplyContext = { blockEra: 0, rules }
  const state = new LedgerState()
  const overlay = new Overlay(state)
  const records = [
    ...genesis.definitions.map((definition, i) => {
      const registration = checkRegister(overlay, { definition, era: 0 }, context)
      if (isRejection(registration)) return throwBadGenesis(`definitions.${i}`, registration)
      const hash = registerHash(poseidon, rules.chainId, registration.asset.id, 0)
      return registerAsset(overlay, { ...registration, hash, era: 0, flags: 2 }, context)
    }),
    ...genesis.allocations.map((allocation, i) => allocate(overlay, allocation, i, context)),
  ]
  const firstPosition = firstPositionOf(genesis)
  const changes = { ...overlay.changes, position: firstPosition }
  state.apply(changes)
  return { state, records, changes, firstPosition }
}

/** Applies an allocation, which is an issue without a signature. */
function allocate(overlay: Overlay, allocation: Allocation, i: number, context: ApplyContext): LedgerRecord {
  const path = `allocations.${i}`
  const asset = overlay.assetByCode(allocation.asset)
  if (asset === undefined)
    return throwRejection('BAD_GENESIS', { path, reason: 'no definition has this code' })
  const transfer = {
    chainId: context.rules.chainId,
    from: MINT,
    to: allocation.to,
    assetId: asset.id,
    fromStart: overlay.holding(MINT, asset.id)!.outTotal,
    amount: allocation.amount,
    era: 0,
    memo: 0n,
  }
  const parties = checkTransfer(overlay, transfer, context)
  if (isRejection(parties)) return throwBadGenesis(path, parties)
  return moveUnits(
    overlay,
    { transfer, hash: transferHash(context.rules.poseidon, transfer), flags: 1 },
    parties,
    context,
  )
}

function throwBadGenesis(path: string, { code, message }: Rejection): never {
  return throwRejection('BAD_GENESIS', { path, rule: code, reason: message })
}
