import type { ActionParts } from '../ledger/action-parts.ts'
import type { TraceDirection, TraceRequest } from '../provenance/types.ts'
import type { LaterHeader } from '../verify/final-header.ts'

export type { LaterHeader } from '../verify/final-header.ts'

/** Version of the form, in its property `format`. */
export const CERTIFICATE_FORMAT = '1'
/** Largest certificate, in bytes. */
export const MAX_CERTIFICATE_BYTES = 64 * 1024 * 1024
/** Most records, and most holdings, of a certificate. */
export const MAX_ENTRIES = 1_000_000
/**
 * Most hops that follow from a certificate. Going forward, each of n parts of a range has its own hop in each of m records, so few records can
 * make many.
 */
export const MAX_HOPS = 250_000

/** Which units a certificate is about: a trace's request with all of its parts named, and the height as of which it is answered. */
export interface Question extends Pick<TraceRequest, 'asset' | 'account' | 'transfer'> {
  direction: TraceDirection
  /** As in a trace. */
  offset: bigint
  /** Number of units, at least 1. */
  length: bigint
  height: number
}

/** A record of the history. What is not here follows from the action, or from the genesis. */
export interface CertifiedRecord {
  position: number
  /** The action, of the certificate's chain, with its signature; undefined for a record of the genesis, which has nothing but a position here. */
  action: ActionParts | undefined
  fromHolding: number
  toHolding: number
  toStart: bigint
  blockEra: number
  /** A text whose H31 is the memo. */
  note: string | undefined
}

/** A record of the genesis, in a certificate. */
export const genesisRecord = (position: number): CertifiedRecord => ({
  position,
  action: undefined,
  fromHolding: 0,
  toHolding: 0,
  toStart: 0n,
  blockEra: 0,
  note: undefined,
})

/** Shows that the header is in a log that others cosigned. */
export interface CertifiedCheckpoint {
  /** A checkpoint as a signed note. */
  note: string
  /** The inclusion proof of the header under its root (RFC 6962). */
  inclusion: readonly Uint8Array[]
}

/** A leaf of the state tree. */
export interface CertifiedHolding {
  index: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** What shows where units came from, or where they went, to someone who has the chain's genesis. PROTOCOL.md, "Certificates of origin". */
export interface Certificate {
  chainId: bigint
  question: Question
  /** The encoded header of the block after `question.height`. Its roots are of the state as of that height. */
  header: Uint8Array
  /** The encoded final certificate of that block, or of the later one. */
  finality: Uint8Array
  /** A later final header, whose log has the header; undefined if `finality` is of the header itself. */
  later: LaterHeader | undefined
  /** In order of position, each once. */
  records: CertifiedRecord[]
  /** Siblings of all positions under historyRoot, as `siblingsOf` orders them; the tree's size is the header's position. */
  history: bigint[]
  /** In order of index, each once. */
  holdings: CertifiedHolding[]
  /** Number of holdings of the state tree. */
  stateSize: number
  /** Siblings of all holdings under stateRoot. */
  state: bigint[]
  /** A cosigned checkpoint of the log of headers that contains the header. */
  checkpoint?: CertifiedCheckpoint | undefined
}

/** Why a certificate shows nothing at all. */
export type CertificateFault =
  | 'TOO_LARGE'
  | 'MALFORMED'
  | 'NOT_CANONICAL'
  | 'OTHER_VERSION'
  /** It is of another chain than the genesis. */
  | 'WRONG_CHAIN'
  /** Its header is not the one after the height that it is about. */
  | 'WRONG_HEIGHT'
  /** Its header is not in the log of the later one. */
  | 'NOT_IN_LOG'
  /** A record is not in the history of its header. */
  | 'NOT_IN_HISTORY'
  /** A holding is not in the state of its header. */
  | 'NOT_IN_STATE'
  /** A note is not what its record's memo is the hash of. */
  | 'WRONG_NOTE'
  /** Something in it is needed by no hop. */
  | 'SUPERFLUOUS'

/** A certificate that shows nothing, with the reason in words. */
export class CertificateError extends Error {
  readonly code: CertificateFault

  constructor(code: CertificateFault, message: string) {
    super(message)
    this.name = 'CertificateError'
    this.code = code
  }
}
