import { Reader, Writer } from '../codec/binary.ts'
import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes } from '../crypto/field.ts'
import { sha256 } from '../crypto/hash.ts'
import { encodeBody } from './body.ts'
import { decodeOrReject } from './decode-or-reject.ts'
import { chainIdOf, type Genesis, paramsHashOf } from './genesis.ts'

export const HEADER_VERSION = 2
/** Bytes of an encoded header. */
export const HEADER_BYTES = 283
const ZERO_HASH = new Uint8Array(32)
/** RFC 6962's root of a log without entries. */
const NO_HEADERS = sha256()

/** The header of a block. Validators vote for its hash. PROTOCOL.md, "Blocks". */
export interface BlockHeader {
  version: number
  chainId: bigint
  paramsHash: Uint8Array
  height: number
  view: number
  era: number
  parentHash: Uint8Array
  /** Index of the leader in the genesis's validators. */
  proposer: number
  /** SHA-256 of the encoded body. */
  bodyHash: Uint8Array
  /** Position of the block's first record. */
  position: number
  /** The roots are those of the state after the parent block. */
  stateRoot: bigint
  historyRoot: bigint
  /** State root at the last position, up to this block's, that is a multiple of B. */
  batchStateRoot: bigint
  /** Root over the headers of all blocks before this one: a Merkle tree of RFC 6962. PROTOCOL.md, "Log of headers". */
  logRoot: Uint8Array
}

/** The canonical encoding of a header, HEADER_BYTES long. PROTOCOL.md, "Blocks". */
export function encodeHeader(header: BlockHeader): Uint8Array {
  return new Writer()
    .u8(header.version)
    .fixed(fieldToBytes(header.chainId))
    .fixed(header.paramsHash)
    .u48(header.height)
    .u48(header.view)
    .u48(header.era)
    .fixed(header.parentHash)
    .u16(header.proposer)
    .fixed(header.bodyHash)
    .u48(header.position)
    .fixed(fieldToBytes(header.stateRoot))
    .fixed(fieldToBytes(header.historyRoot))
    .fixed(fieldToBytes(header.batchStateRoot))
    .fixed(header.logRoot)
    .done()
}

/** Decodes a header. @throws RejectionError `MALFORMED` or `NOT_CANONICAL` */
export function decodeHeader(bytes: Uint8Array): BlockHeader {
  return decodeOrReject('header', () => {
    const reader = new Reader(bytes)
    const field = () => fieldFromBytes(reader.fixed(FIELD_BYTES))
    const version = reader.u8()
    if (version !== HEADER_VERSION) throw new DecodeError('MALFORMED', `unknown version ${version}`)
    const header: BlockHeader = {
      version,
      chainId: field(),
      paramsHash: reader.fixed(32),
      height: reader.u48(),
      view: reader.u48(),
      era: reader.u48(),
      parentHash: reader.fixed(32),
      proposer: reader.u16(),
      bodyHash: reader.fixed(32),
      position: reader.u48(),
      stateRoot: field(),
      historyRoot: field(),
      batchStateRoot: field(),
      logRoot: reader.fixed(32),
    }
    reader.end()
    return header
  })
}

/** SHA-256 of the encoded header. */
export function blockHash(header: BlockHeader): Uint8Array {
  return sha256(encodeHeader(header))
}

/** The header of the genesis block, height 0. It has no signatures; the roots of its trees are 0, and no header precedes it. */
export function genesisHeader(genesis: Genesis): BlockHeader {
  return {
    version: HEADER_VERSION,
    chainId: chainIdOf(genesis),
    paramsHash: paramsHashOf(genesis),
    height: 0,
    view: 0,
    era: 0,
    parentHash: ZERO_HASH,
    proposer: 0,
    bodyHash: sha256(encodeBody([])),
    position: 0,
    stateRoot: 0n,
    historyRoot: 0n,
    batchStateRoot: 0n,
    logRoot: NO_HEADERS,
  }
}
