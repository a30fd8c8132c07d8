import type { Genesis } from '../ledger/genesis.ts'
import type { Address, Peer } from '../network/peers-file.ts'
import type { Patience } from '../storage/watch.ts'
import type { Logger } from '../telemetry/log.ts'
import type { AskedWitness } from './log/witness-client.ts'

/** What a node is started with. */
export interface NodeOptions {
  genesis: Genesis
  databaseUrl: string
  /** How long a database that is silent is waited for. Default PATIENCE; tests are less patient. */
  patience?: Patience
  /** Folder of signer.json. */
  dir: string
  /** Path of the control socket, at most 100 bytes. */
  controlPath: string
  /** Ed25519 seed, 32 bytes; undefined for an observer, which follows and serves and never votes. */
  votingKey: Uint8Array | undefined
  /** Ed25519 seed, 32 bytes, of the key that cosigns the log of headers; undefined for a node that cosigns nothing. */
  logKey?: Uint8Array | undefined
  /** Keys and addresses for the connections to peers; needed unless the chain has one validator and no observers. */
  network?: { transportKey: Uint8Array; listen: Address | undefined; peers: readonly Peer[] } | undefined
  /** Witnesses that are asked to cosign the log of headers, at most MAX_WITNESSES. */
  witnesses?: readonly AskedWitness[] | undefined
  log: Logger
  /** Shown in the status. */
  version: string
  /** The signer file is lost: recover as PROTOCOL.md, "Recovery", says. */
  recover?: boolean
  /** With `recover`: names of the validators whose answers suffice. */
  trust?: readonly string[] | undefined
  /** The operator vouches for the clock, although it is far after the last block. */
  acceptClock?: boolean
  /** Threads that check EdDSA signatures; 0 checks them on the main thread. Default 1. */
  signatureThreads?: number
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number
  /** Called with an error that cannot be recovered from; the caller must end the process. */
  onFatal(error: unknown): void
}
