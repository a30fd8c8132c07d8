import type { Asset } from '../ledger/asset.ts'
import type { BlockHeader } from '../ledger/header.ts'
import type { OriginSignals } from '../ledger/origin.ts'
import type { Judgment } from './judgment.ts'
import type { OriginProof } from './origin-proof.ts'

/** Why an origin proof shows nothing at all. */
export type OriginFault = 'TOO_LARGE' | 'MALFORMED' | 'NOT_CANONICAL' | 'WRONG_CHAIN' | 'NOT_IN_LOG'

/** What an origin proof shows. If `intact` is no, it shows nothing, and all other verdicts are unknown. */
export interface OriginReport {
  /** Well formed, and of this chain. */
  intact: Judgment & { code: OriginFault | null }
  /** Somebody held the units as of the header, and they came there from their issue. */
  proven: Judgment
  /** A quorum of the genesis's validators made the header final. */
  final: Judgment
  /** Whoever holds the units signed that the proof is made for its purpose. */
  holder: Judgment
  /** The purpose is what was asked for. */
  purpose: Judgment
  /** The header is young enough. */
  fresh: Judgment
  /** What was proven; undefined if it is not intact. */
  content: OriginContent | undefined
}

/** The content of an intact origin proof. */
export interface OriginContent {
  origin: OriginProof
  header: BlockHeader
  /** As of when the units were held: the time of the header, in milliseconds since 1970. */
  timeMs: number
  asset: Asset
  signals: OriginSignals
  /** Who holds the units, where that was opened and `holder` is yes. */
  account: bigint | undefined
}

export type OriginVerdictName = Exclude<keyof OriginReport, 'content'>
export const ORIGIN_VERDICTS: readonly OriginVerdictName[] = [
  'intact',
  'proven',
  'final',
  'holder',
  'purpose',
  'fresh',
]
