import { bytesToHex, utf8 } from '../codec/bytes.ts'
import { decodeAddress, encodeAddress } from '../crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../crypto/field.ts'
import type { SecretKey } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { accountOfSecret, publicKeyOf, sign } from '../crypto/sign.ts'
import type { SignedAction, SignedRegister, SignedTransfer, Transfer } from '../ledger/action.ts'
import { actionHash } from '../ledger/action-hash.ts'
import type { AssetDefinition } from '../ledger/asset.ts'
import { canonicalDefinition, parseDefinition } from '../ledger/definition.ts'
import { memoOf } from '../ledger/note.ts'
import { MAX_AMOUNT, MINT, RETIRED } from '../ledger/params.ts'
import { isAhead, RejectionError, reject } from '../ledger/rejection.ts'
import { ClientError, request, type SubscribeOptions, subscribe } from './graphql.ts'

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
   * @throws ClientError if a request failed: some actions may have been accepted, and all may be submitted again
   */
  submitAll(actions: readonly NotedAction[]): Promise<Submitted[]>
  /** Waits for actions that were submitted before. @returns undefined after `timeoutMs` */
  waitFinal(hash: string, timeoutMs?: number): Promise<Submitted | undefined>
}

const CHAIN = '{ chain { chainId name height finalizedHeight era eraMs delay ttl batchSize } }'
const ASSET =
  'query ($code: String!) { asset(by: { code: $code }) { assetId code name decimals cap reinstatable issuer { address } } }'
const HOLDING =
  'query ($address: String!, $asset: String!) { holding(address: $address, asset: $asset) { nextStart } }'
const RESULT = '{ hash status rejection { code message data } }'
const SUBMIT = `mutation ($input: SignedTransferInput!, $wait: SubmitWait!) { result: submitTransfer(input: $input, wait: $wait) ${RESULT} }`
const REGISTER = `mutation ($input: SignedAssetInput!, $wait: SubmitWait!) { result: registerAsset(input: $input, wait: $wait) ${RESULT} }`
const SUBMIT_ALL = `mutation ($actions: [SignedActionInput!]!) { results: submitAll(actions: $actions) ${RESULT} }`
const SUBMISSION = `query ($hash: String!) { submission(hash: $hash) ${RESULT} }`

/** Actions that a server takes in one request. */
export const MAX_ACTIONS = 100
/** Bytes of actions in one request, of the 128 KiB that a server with default limits reads. */
const MAX_SUBMIT_BYTES = 120 * 1024

/** How long an action that is ahead of others is submitted again, and the time between. */
const AHEAD_MS = 30_000
const AHEAD_PAUSE_MS = 200

/** The address of a key. */
export function addressOf(key: SecretKey): string {
  return encodeAddress(accountOfSecret(poseidonLite, key))
}

export interface ClientOptions {
  /** Ends in /graphql. */
  url: string
  /**
   * Makes every query see what this client has learned to be final, also where several apis share an address: a query that would be answered
   * as of an earlier block waits for up to 5 seconds, and then fails with HEIGHT_NOT_REACHED. Default false.
   */
  readYourWrites?: boolean
}

/** A client of the API at `url` (ending in /graphql). It never sends keys, only signed actions. */
export function createClient({ url, readYourWrites = false }: ClientOptions): Client {
  return new HttpClient(url, readYourWrites)
}

/** The methods are properties, so that they may be taken off the client and called alone. */
class HttpClient implements Client {
  readonly url: string
  readonly #assets = new Map<string, AssetInfo>()
  /** Units that left each holding in actions of this client. The server counts them only once the holding itself is final. */
  readonly #left = new Map<string, bigint>()

  readonly #readYourWrites: boolean
  /** A height at which everything that this client knows to be final is in the history. */
  #finalAt: number | undefined

  constructor(url: string, readYourWrites: boolean) {
    this.url = url
    this.#readYourWrites = readYourWrites
  }

  readonly query = async <T>(document: string, variables?: Record<string, unknown>) =>
    (await request<T>(this.url, document, variables, this.#finalAt)).data

  /** Asks for the status of an action, and remembers the height if it is final. */
  async #ask<T>(
    document: string,
    variables: Record<string, unknown>,
    statusOf: (data: T) => string | undefined,
  ) {
    const { data, height = 0 } = await request<T>(this.url, document, variables, this.#finalAt)
    if (this.#readYourWrites && statusOf(data) === 'FINAL')
      this.#finalAt = Math.max(this.#finalAt ?? 0, height)
    return data
  }

  readonly subscribe: Client['subscribe'] = (document, variables, signal) =>
    subscribe(this.url, document, variables, signal)

  readonly chain = async () => (await this.query<{ chain: ChainInfo }>(CHAIN)).chain

  readonly asset = async (code: string): Promise<AssetInfo> => {
    const known = this.#assets.get(code)
    if (known) return known
    const { asset: found } = await this.query<{ asset: AssetInfo | null }>(ASSET, { code })
    if (found === null) throw new ClientError('UNKNOWN_ASSET', `no asset ${code} is registered`, { code })
    this.#assets.set(code, found)
    return found
  }

  readonly nextStart = async (address: string, code: string): Promise<bigint> => {
    const { holding } = await this.query<{ holding: { nextStart: string } | null }>(HOLDING, {
      address,
      asset: code,
    })
    const known = BigInt(holding?.nextStart ?? 0)
    const own = this.#left.get(`${address}/${this.#assets.get(code)?.assetId}`) ?? 0n
    return own > known ? own : known
  }

  readonly sign: Client['sign'] = async (key, given) => {
    const { asset: code, amount, to = 'RETIRED', source, note, memo, assetId, fromStart, era: wanted } = given
    if (amount < 0n || amount > MAX_AMOUNT) throw new RejectionError(reject('BAD_AMOUNT', { got: amount }))
    const own = addressOf(key)
    const [id, { chainId, era }] = await Promise.all([
      assetId ?? this.asset(code).then((found) => fieldFromHex(found.assetId)),
      this.#nextEra(wanted),
    ])
    const memoOfNote = note === undefined ? 0n : memoOf(note)
    const transfer: Transfer = {
      chainId,
      from: accountNamed(source ?? own),
      to: accountNamed(to),
      assetId: id,
      fromStart: fromStart ?? (await this.nextStart(source ?? own, code)),
      amount,
      era,
      memo: memo !== undefined && memo !== 'note' ? fieldFromHex(memo) : memoOfNote,
    }
    return signed(poseidonLite, key, { type: 'transfer', transfer })
  }

  readonly signRegister: Client['signRegister'] = async (key, given, era) => {
    const definition = parseDefinition({
      name: given.code,
      decimals: '0',
      reinstatable: false,
      madeFrom: [],
      metadata: {},
      ...given,
      issuer: fieldToHex(accountOfSecret(poseidonLite, key)),
    })
    return signed(poseidonLite, key, { type: 'register', ...(await this.#nextEra(era)), definition })
  }

  readonly submit: Client['submit'] = async (action, { note, wait = 'ACCEPTED' } = {}) => {
    const input = notedInput({ action, note })
    const document = action.type === 'transfer' ? SUBMIT : REGISTER
    const statusOf = (data: { result: Submitted }) => data.result.status
    for (const deadline = Date.now() + AHEAD_MS; ; ) {
      const { result } = await this.#ask(document, { input, wait }, statusOf)
      this.#remember(action, result)
      if (result.rejection === null || !isAhead(result.rejection) || Date.now() >= deadline) return result
      await new Promise((resolve) => setTimeout(resolve, AHEAD_PAUSE_MS))
    }
  }

  readonly submitAll: Client['submitAll'] = async (actions) => {
    const results: Submitted[] = []
    for (const inputs of requestsOf(actions)) {
      const { results: part } = await this.query<{ results: Submitted[] }>(SUBMIT_ALL, { actions: inputs })
      for (const result of part) {
        this.#remember(actions[results.length]!.action, result)
        results.push(result)
      }
    }
    return results
  }

  readonly waitFinal: Client['waitFinal'] = async (hash, timeoutMs = 120_000) => {
    const { eraMs } = await this.chain()
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
      const statusOf = (data: { submission: Submitted | null }) => data.submission?.status
      const { submission } = await this.#ask(SUBMISSION, { hash }, statusOf)
      if (submission && submission.status !== 'ACCEPTED' && submission.status !== 'PARKED') return submission
      await new Promise((resolve) => setTimeout(resolve, Math.min(eraMs / 2, 1_000)))
    }
    return undefined
  }

  /** The chain, and the era to sign for: the one asked for, or the first that a submission may name. */
  async #nextEra(wanted: number | undefined): Promise<{ chainId: bigint; era: number }> {
    const { chainId, era, delay } = await this.chain()
    // One more, because the next era may begin before the action reaches the node.
    return { chainId: fieldFromHex(chainId), era: wanted ?? Number(era) + delay + 1 }
  }

  /** Updates the next unit of a holding after a submission, or deletes it so that the server is asked again. */
  #remember(action: SignedAction, { status }: Submitted): void {
    if (action.type !== 'transfer') return
    const { from, assetId, fromStart, amount } = action.transfer
    const holding = `${addressNamed(from)}/${fieldToHex(assetId)}`
    if (status === 'ACCEPTED' || status === 'PARKED' || status === 'TIMEOUT')
      this.#left.set(holding, fromStart + amount)
    else this.#left.delete(holding)
  }
}

function accountNamed(address: string): bigint {
  if (address === 'MINT') return MINT
  if (address === 'RETIRED') return RETIRED
  try {
    return decodeAddress(address)
  } catch (cause) {
    throw new ClientError('BAD_ADDRESS', `${address} is not an address`, { address }, cause)
  }
}

type Unsigned<A extends SignedAction> = Omit<A, 'publicKey' | 'signature'>

/** Signs the content of an action. */
async function signed<A extends SignedAction>(
  poseidon: Poseidon,
  key: SecretKey,
  content: Unsigned<A>,
): Promise<A> {
  const action = { ...content, publicKey: publicKeyOf(key), signature: new Uint8Array() } as unknown as A
  return { ...action, signature: await sign(poseidon, key, action.type, actionHash(poseidon, action)) }
}

/** The inputs of actions, as many as fit for each request. */
function* requestsOf(actions: readonly NotedAction[]): Generator<object[]> {
  let inputs: object[] = []
  let bytes = 0
  for (const noted of actions) {
    const name = noted.action.type === 'transfer' ? 'transfer' : 'asset'
    const input = { [name]: notedInput(noted) }
    const size = utf8(JSON.stringify(input)).length
    if (inputs.length === MAX_ACTIONS || (inputs.length > 0 && bytes + size > MAX_SUBMIT_BYTES)) {
      yield inputs
      inputs = []
      bytes = 0
    }
    inputs.push(input)
    bytes += size
  }
  if (inputs.length > 0) yield inputs
}

function notedInput({ action, note }: NotedAction): Record<string, unknown> {
  return { ...inputOf(action), ...(note === undefined ? {} : { note }) }
}

/** The GraphQL input of a signed action. */
export function inputOf(action: SignedAction): Record<string, unknown> {
  const signature = {
    keyKind: action.publicKey.kind === 'eddsa' ? 'EDDSA' : 'RSA',
    publicKey: bytesToHex(action.publicKey.bytes),
    signature: bytesToHex(action.signature),
  }
  if (action.type === 'register') {
    const { chainId, definition, era } = action
    return {
      chainId: fieldToHex(chainId),
      definition: canonicalDefinition(definition),
      era: String(era),
      ...signature,
    }
  }
  const t = action.transfer
  return {
    chainId: fieldToHex(t.chainId),
    from: addressNamed(t.from),
    to: addressNamed(t.to),
    assetId: fieldToHex(t.assetId),
    amount: t.amount.toString(),
    fromStart: t.fromStart.toString(),
    era: String(t.era),
    memo: fieldToHex(t.memo),
    ...signature,
  }
}

const addressNamed = (account: bigint) =>
  account === MINT ? 'MINT' : account === RETIRED ? 'RETIRED' : encodeAddress(account)
