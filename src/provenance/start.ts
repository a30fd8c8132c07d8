import { throwRejection } from '../ledger/rejection.ts'
import type { Range } from './paths.ts'
import type { TraceIndex } from './record-index.ts'
import type { TraceRequest } from './types.ts'

/**
 * The range of units that a request starts with, cut to the units that exist. The index must know what the request names, with its counters.
 * @returns undefined if there are none
 * @throws RejectionError `BAD_INPUT` if the request names no units or contradicts itself, `UNKNOWN_ASSET`, `NOT_FOUND` for an unknown transfer
 */
export function startOf(index: TraceIndex, request: TraceRequest): Range | undefined {
  const { offset = 0n, length } = request
  if (offset < 0n || (length !== undefined && length < 0n)) {
    throwRejection('BAD_INPUT', { reason: 'offset and length must not be negative' })
  }
  const whole = wholeOf(index, request)
  if (whole === undefined || offset >= whole.length) return undefined
  const rest = whole.length - offset
  const lo = whole.lo + offset
  const hi = lo + (length === undefined || length > rest ? rest : length)
  return lo === hi ? undefined : { holding: whole.holding, lo, hi, unit: offset, depth: 0 }
}

/** The units that the request's offset and length select from. */
function wholeOf(index: TraceIndex, request: TraceRequest) {
  const { asset, account, transfer } = request
  if (transfer !== undefined) {
    if (asset !== undefined || account !== undefined) {
      throwRejection('BAD_INPUT', { reason: 'give either a transfer, or an asset and an account' })
    }
    return unitsOfTransfer(index, transfer, request)
  }
  if (asset === undefined) return throwRejection('BAD_INPUT', { reason: 'name an asset or a transfer' })
  if (account !== undefined) return unitsOfHolding(index, account, asset, request)
  const mint = index.asset(asset)?.mintHolding
  if (mint === undefined) return throwRejection('UNKNOWN_ASSET')
  return { holding: mint, lo: 0n, length: index.outTotal(mint)! }
}

function unitsOfTransfer(index: TraceIndex, transfer: bigint, { direction }: TraceRequest) {
  const record = index.record(transfer)
  if (record === undefined) return throwRejection('NOT_FOUND', { what: 'transfer' })
  if (record.kind === 'register') return undefined
  return direction === 'BACKWARD'
    ? { holding: record.toHolding, lo: record.toStart, length: record.amount }
    : { holding: record.fromHolding, lo: record.fromStart, length: record.amount }
}

function unitsOfHolding(index: TraceIndex, account: bigint, asset: bigint, { direction }: TraceRequest) {
  const holding = index.holding(account, asset)
  if (holding === undefined) return undefined
  const inTotal = index.inTotal(holding)!
  if (direction === 'FORWARD') return { holding, lo: 0n, length: inTotal }
  const outTotal = index.outTotal(holding)!
  return { holding, lo: outTotal, length: inTotal - outTotal }
}
