import type { CertificateFault } from '../../certificate/certificate.ts'
import type { Stage } from '../../certificate/progress.ts'
import type { Judgment, VerdictName } from '../../certificate/report.ts'
import type { BatchSignals, RecordCounts } from '../../ledger/batch.ts'
import type { ProofFault } from '../../verify/groth16.ts'
import type { OriginFault, OriginVerdictName } from '../../verify/origin-report.ts'
import type { CertificateInput } from '../generated/operations.ts'
import type { FileKind } from './kind.ts'

/** Largest file that the page reads, in bytes: a certificate's bound. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024
/** Bytes of a file with a proof, its signals and its key: with a key of 64 signals it has less than 20,000. */
export const MAX_PROOF_BYTES = 64 * 1024
/** Origins and holders that are shown of a certificate, of each. */
export const MAX_SHOWN = 20
/** Age in milliseconds up to which the page calls a certificate fresh: a day. */
export const FRESH_MS = 24 * 60 * 60 * 1000

/** What a server is asked to show: units, with their direction, or a batch with its proof. */
export type Subject = { input: CertificateInput } | { batch: string }

/** Bytes that are to be checked, and what to check them with. It crosses to the worker, so it is plain data. */
export interface CheckRequest {
  file: Uint8Array
  /** What it is; undefined if that cannot be told. */
  kind: FileKind | undefined
  /** The genesis file of the chain that the visitor trusts; undefined if there is none yet. */
  genesis: Uint8Array | undefined
  /** Who must have cosigned checkpoints, C2SP tlog-policy. */
  policy: string | undefined
  /** The proofs of the chain's batches, as a file. */
  proofs?: Uint8Array | undefined
  /** A certificate of the same chain as of a later height: it may show that units have left since. */
  newer?: Uint8Array | undefined
  nowMs: number
  maxAgeMs: number | undefined
  /** What a server was asked for: it may send the certificate of other units, or the proof of another batch. */
  asked?: Subject | undefined
}

/** An amount of units of an asset with the registration or the holder at the end of their path. */
export interface ShownEnd {
  units: string
  /** Code of the asset. */
  asset: string
  decimals: number
  /** Serial of the first of the units in their issue, and the position of its record; undefined for holders. */
  serial?: { from: string; position: number }
  /** Address of the holder; undefined for origins, null if the units are retired. */
  holder?: string | null
}

/** What a certificate is about, and what follows from it. */
export interface ShownCertificate {
  direction: 'BACKWARD' | 'FORWARD'
  /** The units that it is about: of an asset, by its code or its id, of a holder, or of a transfer. */
  of: { asset?: string; holder?: string; transfer?: string }
  /** The first of the units, as `TraceInput` counts. */
  offset: string
  /** Number of units that it is about. */
  units: string
  height: number
  timeMs: number
  records: number
  hops: number
  assets: { code: string; custody: string | null }[]
  ends: ShownEnd[]
  /** Number of ends; at most MAX_SHOWN of them are in `ends`. */
  allEnds: number
}

export interface CertificateResult {
  kind: 'certificate'
  /** chainId of the genesis that it was checked against, 64 hex digits. */
  chain: string
  /** SHA-256 of the file, 64 hex digits. */
  sha256: string
  code: CertificateFault | null
  verdicts: Record<VerdictName, Judgment>
  /** Whether a newer certificate shows that units have left. */
  hasLeft: boolean
  /** Whether a newer certificate shows that all units are still there. */
  isThere: boolean
  /** As in `ProofResult`, of the key that the genesis pins. */
  development: boolean
  /** Undefined if it is not intact or not final: anyone can make up such a file. */
  shown: ShownCertificate | undefined
}

/** Signals that are shown as they are. */
type ShownSignal = Exclude<keyof BatchSignals, 'counts' | 'dataPoint' | 'dataValue'>

export interface ProofResult {
  kind: 'proof'
  chain: string
  /** Why it was not accepted; null if it was. `WRONG_CHAIN` if its signals are of another chain than the genesis. */
  code: ProofFault | 'WRONG_CHAIN'
  /** Whether anyone can forge proofs under the key, because its secrets are public. */
  development: boolean
  /** Undefined if it was not accepted. */
  signals: (RecordCounts & { [name in ShownSignal]: string }) | undefined
}

export interface ProofsResult {
  kind: 'proofs'
  chain: string
  /** What is proven; undefined if the proofs are not valid. */
  proven: { height: number; batches: number; development: boolean } | undefined
  /** Why nothing is proven, in English; empty if something is. */
  reason: string
}

/** What an origin proof is about. */
export interface ShownOrigin {
  units: string
  /** Code of the asset. */
  asset: string
  decimals: number
  issuer: string
  /** The serials are among these, both included. */
  serials: { from: string; to: string }
  /** Address of the holder; undefined if the proof does not name it. */
  holder: string | undefined
  purpose: string
  /** Of the circuit: the units were moved at most so often. */
  hops: number
  height: number
  timeMs: number
}

export interface OriginResult {
  kind: 'origin'
  chain: string
  code: OriginFault | null
  verdicts: Record<OriginVerdictName, Judgment>
  /** Undefined if it is not proven, which takes a key that the page has, or not final: anyone can make up such a file. */
  shown: ShownOrigin | undefined
}

export interface GenesisResult {
  kind: 'genesis'
  chain: string
  name: string
  validators: string[]
  provingKey: 'development' | 'production'
}

export interface PolicyResult {
  kind: 'policy'
  witnesses: number
}

/** Why a file was refused before anything in it was judged. */
export type RefusalReason =
  /** It has no byte. */
  | 'EMPTY'
  | 'TOO_LARGE'
  /** It came with too many other files. */
  | 'TOO_MANY'
  /** The browser cannot read it: it is a folder, for example. */
  | 'UNREADABLE'
  /** It is none of the kinds of files that the page checks. */
  | 'UNKNOWN_KIND'
  | 'BAD_GENESIS'
  | 'BAD_POLICY'
  /** It came with other files, and is not that of the chain whose genesis is kept. */
  | 'OTHER_GENESIS'
  /** It came with other files, and is not the policy that is kept. */
  | 'OTHER_POLICY'
  /** There is no genesis to check it against. */
  | 'NO_GENESIS'
  /** It is good, but about something else than the server was asked for. */
  | 'NOT_ASKED_FOR'
  /** The browser has no WebCrypto here, because the page did not come over HTTPS or from this machine. */
  | 'NOT_SECURE'
  /** The worker did not start, or ended. */
  | 'NO_WORKER'
  | 'INTERNAL'

export interface Refusal {
  kind: 'refused'
  code: RefusalReason
  /** Where and why, in English. */
  reason: string
}

export type CheckResult =
  | CertificateResult
  | ProofResult
  | ProofsResult
  | OriginResult
  | GenesisResult
  | PolicyResult
  | Refusal

export const refusal = (code: RefusalReason, reason: string): Refusal => ({ kind: 'refused', code, reason })

/** A file that the worker read, with what it was told by a look at it. */
export interface Look {
  file: Uint8Array
  /** Undefined if it is none that the page checks. */
  kind: FileKind | undefined
  /** Height that a certificate says it is as of; 0 for other files. */
  height: number
}

/** What the worker is asked: to check a file, or to look at files, which takes as long as they are large. */
export type WorkerRequest = CheckRequest | { look: readonly File[] }

/** What the worker says: how far it is, and at the end what came out. */
export type WorkerMessage<Result = CheckResult | (Look | Refusal)[]> =
  | { progress: { stage: Stage; done: number; steps: number } }
  | { result: Result }
