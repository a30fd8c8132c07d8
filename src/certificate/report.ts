import type { Asset } from '../ledger/asset.ts'
import type { BlockHeader } from '../ledger/header.ts'
import type { Policy } from '../log/policy.ts'
import type { TraceResult } from '../provenance/types.ts'
import type { Judgment } from '../verify/judgment.ts'
import type { ProvenBatches } from '../verify/proven-batches.ts'
import type { Certificate, CertificateFault } from './certificate.ts'
import type { RecordWithAction } from './certified-records.ts'
import type { OnProgress } from './progress.ts'

export type { Judgment, Verdict } from '../verify/judgment.ts'

/** What a certificate shows. If `intact` is no, it shows nothing, and all other verdicts are unknown. */
export interface CertificateReport {
  /** Well formed, of this chain, all its records and holdings below the roots of its header, and nothing in it that no hop needs. */
  intact: Judgment & { code: CertificateFault | null }
  /** Each unit is followed to its issue, or to its holder. */
  complete: Judgment
  /** Each record is signed by who has to sign it. */
  signed: Judgment
  /** A quorum of the genesis's validators made the header final. */
  final: Judgment
  /** Those whom a policy names have cosigned a log of headers that contains the header. */
  witnessed: Judgment
  /** The records lie in batches that proofs lead to from the genesis on. */
  proven: Judgment
  /** The header is young enough, and no newer certificate shows that units have left since. */
  fresh: Freshness
  /** What was certified; undefined if it is not intact. */
  content: CertifiedContent | undefined
}

/** `hasLeft` is there if a newer certificate shows that units have left, `isThere` if it shows that all are still there. */
export type Freshness = Judgment & { hasLeft?: true; isThere?: true }

/** Units [lo, hi) of a holding. */
export interface HeldUnits {
  holding: number
  lo: bigint
  hi: bigint
}

/** The content of an intact certificate. */
export interface CertifiedContent {
  certificate: Certificate
  header: BlockHeader
  /** When the block of the height that the certificate is about ends: the time of the header, in milliseconds since 1970. */
  timeMs: number
  /** The hops, origins and holders that follow from the records. Empty if something is missing. */
  trace: TraceResult
  /**
   * The units that the certificate shows to be in a holding as of its height: those of a balance, those of serials, and those that a forward
   * trace ends with. Empty if something is missing, and for a transfer traced backward.
   */
  held: HeldUnits[]
  /** By position. */
  records: Map<number, RecordWithAction>
  assets: Map<bigint, Asset>
}

export interface VerifyOptions {
  /** The time that the age of the header is counted from, in milliseconds since 1970. */
  nowMs: number
  /** Largest age of the header that is fresh; by default the verdict is unknown. */
  maxAgeMs?: number
  /** Who must have cosigned the checkpoint; by default the verdict is at most unknown. */
  policy?: Policy
  /**
   * Verifies the proofs of batches, as far as the batch with this index; by default the verdict is unknown. `provenBatches` does so with those of
   * a file or an API.
   */
  proofs?: (last: number) => Promise<ProvenBatches | { fault: string }>
  /** A certificate of the same chain as of a later height, checked as this one is: it may show that units have left since. */
  newer?: Uint8Array
  onProgress?: OnProgress
}

export type VerdictName = Exclude<keyof CertificateReport, 'content'>
export const VERDICTS: readonly VerdictName[] = [
  'intact',
  'complete',
  'signed',
  'final',
  'witnessed',
  'proven',
  'fresh',
]
