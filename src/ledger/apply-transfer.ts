import type { ActionKind, Transfer } from './action.ts'
import type { Budgets } from './admission.ts'
import type { AssetFacts } from './asset.ts'
import { checkHistory, checkOpening } from './capacity.ts'
import type { Overlay } from './overlay.ts'
import { MAX_AMOUNT, MAX_COUNTER, MINT, RETIRED } from './params.ts'
import { chargedFor, checkQuota, mayRegister } from './quota.ts'
import type { LedgerRecord, RecordFlags } from './record.ts'
import { type Rejection, reject } from './rejection.ts'
import { keepReservation } from './reservation.ts'
import type { ApplyContext, Rules } from './rules.ts'
import type { Holding } from './state.ts'

/** What checkTransfer looked up and moveUnits needs. */
interface Parties {
  asset: AssetFacts
  /** The account that must sign. A holding that the transfer opens counts towards its limit. */
  signer: bigint
  sender: Holding
  /** Undefined if this transfer opens the holding. */
  receiver: Holding | undefined
  /** What the transfer uses of the sponsor's budgets, if anything. */
  uses: Pick<Budgets, 'holdings' | 'retirements'> | undefined
}

/** The kind of a transfer between these accounts. */
export function kindOf({ from, to }: Pick<Transfer, 'from' | 'to'>): ActionKind {
  if (from === MINT) return 'issue'
  if (from === RETIRED) return 'reinstate'
  return to === RETIRED ? 'retire' : 'transfer'
}

/** Checks the rules that need no state. PROTOCOL.md, "Transfers". */
function checkContent(t: Transfer): Rejection | null {
  if (t.amount < 1n || t.amount > MAX_AMOUNT) return reject('BAD_AMOUNT', { amount: t.amount })
  if (t.from === t.to) return reject('SELF_TRANSFER')
  if (t.to === MINT) return reject('TO_MINT')
  if (t.from === MINT && t.to === RETIRED) return reject('MINT_TO_RETIRED')
  return null
}

/**
 * Checks a transfer against the state, except its chain, era and signature.
 * @returns the parties, or a rejection for the first rule that is broken
 */
export function checkTransfer(state: Overlay, t: Transfer, { rules }: ApplyContext): Parties | Rejection {
  const bad = checkContent(t)
  if (bad !== null) return bad
  const asset = state.asset(t.assetId)
  if (asset === undefined) return reject('UNKNOWN_ASSET')
  if (t.from === RETIRED && !asset.reinstatable) return reject('NOT_REINSTATABLE', { asset: asset.code })
  const sender = state.holding(t.from, t.assetId)
  if (sender === undefined) return reject('NO_HOLDING', { asset: asset.code })
  if (t.fromStart !== sender.outTotal) {
    return reject('STALE_START', { expected: sender.outTotal, got: t.fromStart })
  }
  const balance = sender.inTotal - sender.outTotal
  if (t.amount > balance) return reject('INSUFFICIENT_BALANCE', { balance, amount: t.amount })
  const signer = t.from === MINT || t.from === RETIRED ? asset.issuer : t.from
  const receiver = state.holding(t.to, t.assetId)
  const full = receiver === undefined ? checkOpening(state, signer, rules) : checkCounter(receiver, t.amount)
  const uses = usesOf(t, receiver, rules)
  return (
    full ??
    (uses && checkQuota(state, rules.quotas, asset.issuer, uses)) ??
    checkHistory(state) ?? { asset, signer, sender, receiver, uses }
  )
}

/** Only the retirements of accounts that may register assets are kept: no definition can be made from others. */
function usesOf(t: Transfer, receiver: Holding | undefined, { quotas }: Rules): Parties['uses'] {
  const kept = kindOf(t) === 'retire' && mayRegister(quotas, t.from)
  if (!kept && receiver !== undefined) return undefined
  return { holdings: receiver === undefined ? 1 : 0, retirements: kept ? 1 : 0 }
}

function checkCounter(receiver: Holding, amount: bigint): Rejection | null {
  const inTotal = receiver.inTotal + amount
  return inTotal > MAX_COUNTER ? reject('COUNTER_OVERFLOW', { inTotal, max: MAX_COUNTER }) : null
}

/** Moves the units of a transfer that passed checkTransfer. */
export function moveUnits(
  state: Overlay,
  signed: { transfer: Transfer; hash: bigint; flags: RecordFlags },
  parties: Parties,
  { blockEra, rules }: ApplyContext,
): LedgerRecord {
  const { transfer: t, hash, flags } = signed
  const { asset, sender, signer, uses } = parties
  state.setHolding({ ...sender, outTotal: sender.outTotal + t.amount })
  const toStart = parties.receiver?.inTotal ?? 0n
  const received = { account: t.to, assetId: t.assetId, inTotal: toStart + t.amount }
  let toHolding = parties.receiver?.index
  if (parties.receiver !== undefined) state.setHolding({ ...parties.receiver, inTotal: received.inTotal })
  else toHolding = state.openHolding({ ...received, outTotal: 0n }, signer).index
  if (uses !== undefined) state.charge(chargedFor(rules.quotas, asset.issuer), uses)
  if (rules.reservations !== undefined) keepReservation(state, signer, { commitment: t.memo, era: blockEra })
  if (uses?.retirements === 1) state.addRetirement(hash, { from: t.from, sponsor: asset.issuer })
  return {
    position: state.takePosition(),
    kind: kindOf(t),
    hash,
    from: t.from,
    to: t.to,
    assetId: t.assetId,
    amount: t.amount,
    fromStart: t.fromStart,
    toStart,
    era: t.era,
    blockEra,
    memo: t.memo,
    fromHolding: sender.index,
    toHolding: toHolding as number,
    flags,
  }
}
