import type { SignedRegister, SignedTransfer } from '../ledger/action.ts'
import { type ReservationRules, reservedIn } from '../ledger/reservation.ts'
import type { Holding, StateView } from '../ledger/state.ts'
import type { Departures } from './departures.ts'
import type { Line, PoolEntry } from './entry.ts'
import type { PendingView } from './pending-view.ts'

/** A signer may replace a waiting action a few times within its time to live, and not as often as it likes: each time all nodes pass it on. */
const REPLACEMENTS_PER_TTL = 8

/** The first era that an action may name to replace a waiting one. PROTOCOL.md, "Pool". */
export function replaceableFrom({ era }: PoolEntry, ttl: number): number {
  return era + Math.ceil(ttl / REPLACEMENTS_PER_TTL)
}

/** The waiting action that moves units from the same holding and start. */
export function waitingAt(
  pending: PendingView,
  { from, assetId, fromStart }: Pick<SignedTransfer['transfer'], 'from' | 'assetId' | 'fromStart'>,
): PoolEntry | undefined {
  for (const entry of pending.line(from, assetId)?.outs ?? []) {
    if (entry.record.fromStart === fromStart) return entry
  }
  return undefined
}

/** The pending state as it will be once these entries have left, for a transfer that takes the place of one of them. */
export function holdingsWithout(pending: PendingView, leaving: Departures): StateView {
  const gone = new Map<Line, { in: bigint; out: bigint }>()
  const count = (line: Line, by: { in: bigint; out: bigint }) => {
    const sum = gone.get(line) ?? { in: 0n, out: 0n }
    gone.set(line, { in: sum.in + by.in, out: sum.out + by.out })
  }
  for (const { line, payee, record } of leaving.entries.keys()) {
    count(line, { in: 0n, out: record.amount })
    count(payee, { in: record.amount, out: 0n })
  }
  const holding = (account: bigint, assetId: bigint): Holding | undefined => {
    const held = pending.holding(account, assetId)
    const line = pending.line(account, assetId)
    const sum = line && gone.get(line)
    if (held === undefined || sum === undefined) return held
    return { ...held, inTotal: held.inTotal - sum.in, outTotal: held.outTotal - sum.out }
  }
  return { ...viewOf(pending), holding }
}

/** The pending state as it will be once the registration that waits for a code has left, for another registration of the code. */
export function codesWithout(pending: PendingView, code: string): StateView {
  const assetByCode = (sought: string) => (sought === code ? pending.final : pending).assetByCode(sought)
  return { ...viewOf(pending), assetByCode }
}

function viewOf(pending: PendingView): StateView {
  return {
    holding: (account, assetId) => pending.holding(account, assetId),
    asset: (id) => pending.asset(id),
    assetByCode: (code) => pending.assetByCode(code),
    retirement: (hash) => pending.retirement(hash),
    reservations: (account) => pending.reservations(account),
    usage: (sponsor) => pending.usage(sponsor),
    holdingCount: pending.holdingCount,
    position: pending.position,
  }
}

/** The registration that waits for the code of another one with an older reservation, and must give way to it. */
export function youngerRival(
  pending: PendingView,
  action: SignedRegister,
  rules: ReservationRules | undefined,
): PoolEntry | undefined {
  const waiting = pending.registrationOf(action.definition.code)
  if (rules === undefined || waiting?.action.type !== 'register') return undefined
  const eraOf = ({ definition, era }: SignedRegister) => reservedIn(pending, definition, era, rules)
  const [own, other] = [eraOf(action), eraOf(waiting.action)]
  return own !== undefined && (other === undefined || own < other) ? waiting : undefined
}
