import type { BlockList } from 'node:net'
import type DataLoader from 'dataloader'
import type { Json } from '../../codec/canonical-json.ts'
import type { ControlClient } from '../../control/client.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import type { Quotas } from '../../ledger/quota.ts'
import type { Holding } from '../../ledger/state.ts'
import type { Database } from '../../storage/database.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { Tracer } from '../../telemetry/tracing.ts'
import type { Clients } from '../budget/clients.ts'
import type { HeavyStatements } from '../budget/heavy-statements.ts'
import type { Unsent } from '../budget/unsent.ts'
import type { CheckedDocuments } from '../execution/checked-documents.ts'
import type { ApiLimits } from '../limits.ts'
import type { HeightFeed } from '../live/height-feed.ts'
import type { TrustedDocuments } from '../plugins/use-trusted-documents.ts'
import type { AddressCache } from './address-cache.ts'
import type { AssetCache } from './asset-cache.ts'
import type { BlockCache } from './block-cache.ts'
import type { HoldingAt } from './holding-reader.ts'
import type { TipReader } from './tip-reader.ts'
import type { WalkQueue } from './walk-queue.ts'

/** A prover as it describes itself, in the words of the schema. */
export interface ProverModel {
  name: string
  version: string | null
  backend: 'ENGINE' | 'SNARKJS' | 'RAPIDSNARK' | null
  threads: number | null
  batch: number | null
  stage: string
  secondsAgo: number
}

/** What all requests share. */
export interface ApiServices {
  /** What is read: the node's database, or a replica of it. */
  database: Database
  /** What is written: the node's database. */
  primary: Database
  /** Turns of the statements that take long. */
  heavyStatements: HeavyStatements
  /** The node behind this server. */
  control: ControlClient
  poseidon: Poseidon
  genesis: Genesis
  /** The chain id, which every signed action contains. */
  chainId: bigint
  /** Position of the first record that is not from genesis. */
  firstPosition: number
  /** How much each account may use of the chain. */
  quotas: Quotas
  /** The genesis as JSON, which answers share. */
  genesisJson: Json
  /** The verification key that genesis pins, in snarkjs's format; null if this server does not have it. */
  verificationKey: Json | null
  heights: HeightFeed
  /** The accounts of clients. */
  clients: Clients
  /** The accounts of monitors, provers and the operator, by the same names. */
  operators: Clients
  /** What waits for clients to take it. */
  unsent: Unsent
  /** Proxies whose X-Forwarded-For is believed. */
  proxies: BlockList
  /** Documents that clients may name. */
  trusted: TrustedDocuments
  /** Documents that may be executed without another look. */
  documents: CheckedDocuments
  assets: AssetCache
  blocks: BlockCache
  tips: TipReader
  /** Reads holdings for all requests together. */
  holdings: DataLoader<HoldingAt, Holding | undefined>
  addresses: AddressCache
  /** Whether an action is in the history. One statement serves all requests that wait. */
  finals: DataLoader<bigint, boolean>
  limits: ApiLimits
  /** Turns of the traces of queries, and of live traces. */
  walks: { queries: WalkQueue; live: WalkQueue }
  /** The provers that report to this server. */
  provers(): readonly ProverModel[]
  /** Names that this server shows for accounts. They are not verified. */
  nameOf(account: bigint): string | undefined
  /** At most `limit` accounts whose name has a word that begins with a folded text (src/storage/folding.ts). */
  accountsNamed(folded: string, limit: number): bigint[]
  /** Milliseconds since 1970. */
  now(): number
  version: string
  corsOrigins: readonly string[]
  tracer?: Tracer | undefined
  log: Logger
  /** Aborts when the server begins to stop. */
  stopping: AbortSignal
}
