import type { SecretKey } from '../crypto/key.ts'
import type { SignedAction, SignedRegister, SignedTransfer } from '../ledger/action.ts'
import type { AssetDefinition } from '../ledger/asset.ts'
import type { SubscribeOptions } from './subscribe.ts'

/** The facts about a chain that a client needs to sign actions. */
export interface ChainInfo {
  chainId: string
  name: string
  height: string
  finalizedHeight: string
  era: string
  eraMs: number
  delay: number
  ttl: number
  batchSize: number
}

export interface AssetInfo {
  assetId: string
  code: string
  name: string
  decimals: number
  cap: string
  reinstatable: boolean
  issuer: { address: string }
}

/** The status of a submitted action. PARKED, REJECTED, EXPIRED, EVICTED and REPLACED come with a `rejection`. */
export interface Submitted {
  hash: string | null
  status: 'ACCEPTED' | 'PARKED' | 'FINAL' | 'REJECTED' | 'EXPIRED' | 'EVICTED' | 'REPLACED' | 'TIMEOUT'
  rejection: { code: string; message: string; data: Record<string, unknown> } | null
}

/** The content of an issue, transfer, retirement or reinstatement. */
export interface Movement {
  /** Code of the asset. */
  asset: string
  /** Number of units, not scaled by the asset's decimals. */
  amount: bigint
  /** Address of the receiver. 'RETIRED', the default, retires the units. */
  to?: string
  /** Takes the units from the asset's mint (issue) or its retired units (reinstate) instead of the signer's own. The signer must be the issuer. */
  source?: 'MINT' | 'RETIRED'
  /** Text that accompanies the transfer. */
  note?: string
  /** A field element in hex, or 'note' for the hash of the note. Default: the hash of the note if there is one. */
  memo?: string
  /** Id of the asset. Default: looked up by the code, which requires that the registration is final. */
  assetId?: bigint
  /** First unit to move. Default: queried from the API. */
  fromStart?: bigint
  /** First era whose block may contain the action. Default: the next era that the node accepts. */
  era?: number
}

/** A definition in which the client fills in the issuer and default values. */
export type NewAsset = Pick<AssetDefinition, 'code' | 'cap'> & Partial<Omit<AssetDefinition, 'issuer'>>

/** A signed action and the text that accompanies it. */
export interface NotedAction {
  action: SignedAction
  note?: string | undefined
}

export interface Client {
  readonly url: string
  /** Runs a query or mutation. @throws ClientError */
  query<T>(document: string, variables?: Record<string, unknown>): Promise<T>
  /** Subscribes over Server-Sent Events. @throws ClientError */
  subscribe<T>(
    document: string,
    variables?: Record<string, unknown>,
    options?: SubscribeOptions<T>,
  ): AsyncGenerator<T>
  chain(): Promise<ChainInfo>
  /** @throws ClientError UNKNOWN_ASSET */
  asset(code: string): Promise<AssetInfo>
  /** The `fromStart` of a holding's next transfer. Counts transfers that wait for a block, and those that this client has submitted. */
  nextStart(address: string, asset: string): Promise<bigint>
  /** Builds and signs an issue, transfer, retirement or reinstatement. @throws ClientError UNKNOWN_ASSET, BAD_ADDRESS; RejectionError BAD_AMOUNT */
  sign(key: SecretKey, movement: Movement): Promise<SignedTransfer>
  /** Builds and signs the registration of an asset. `era` as in a movement. */
  signRegister(key: SecretKey, asset: NewAsset, era?: number): Promise<SignedRegister>
  /**
   * Submits an action. With `wait: 'FINAL'`, waits until it is final or has left the pool. An action that follows others which the server does not have yet,
   * because another server took them, is submitted again until they have come, for up to 30 seconds; then the last answer counts, PARKED or REJECTED.
   */
  submit(
    action: SignedAction,
    options?: { note?: string | undefined; wait?: 'ACCEPTED' | 'FINAL' },
  ): Promise<Submitted>
  /**
   * Submits actions in order, each of which may build on those before it, and answers what became of each once the server has stored it. Many go in
   * one request, of at most MAX_ACTIONS and about MAX_SUBMIT_BYTES.
   * @throws ClientError if a request failed, and RejectionError MALFORMED if its answer cannot be read: some actions may have been accepted, and all may be submitted again
   */
  submitAll(actions: readonly NotedAction[]): Promise<Submitted[]>
  /** Waits for actions that were submitted before. @returns undefined after `timeoutMs` */
  waitFinal(hash: string, timeoutMs?: number): Promise<Submitted | undefined>
}
