import { R } from '../crypto/field.ts'
import { parseDecimal } from './points.ts'

/** A batch proof's public signals by name, in their order. PROTOCOL.md, "Batch proofs". */
export interface BatchSignals {
  chainId: bigint
  index: bigint
  stateRootBefore: bigint
  stateRootAfter: bigint
  recordsRoot: bigint
  /** proven + 2^32 * attested */
  counts: bigint
}

const NAMES = ['chainId', 'index', 'stateRootBefore', 'stateRootAfter', 'recordsRoot', 'counts'] as const

/** Public signals as snarkjs writes them. */
export function batchSignalsJson(signals: BatchSignals): string[] {
  return NAMES.map((name) => signals[name].toString())
}

/** Reads them; undefined unless there are exactly six canonical decimals below r. */
export function parseBatchSignals(json: unknown): BatchSignals | undefined {
  if (!Array.isArray(json) || json.length !== NAMES.length) return undefined
  const values = json.map((signal) => parseDecimal(signal, R))
  if (values.includes(undefined)) return undefined
  return Object.fromEntries(NAMES.map((name, i) => [name, values[i]])) as unknown as BatchSignals
}

/** How many records of a batch are proven, and how many are not. */
export function countsOf({ counts }: Pick<BatchSignals, 'counts'>): { proven: number; attested: number } {
  return { proven: Number(counts & 0xffffffffn), attested: Number(counts >> 32n) }
}
