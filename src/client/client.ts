import { encodeAddress } from '../crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../crypto/field.ts'
import type { SecretKey } from '../crypto/key.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { accountOfSecret, publicKeyOf, sign } from '../crypto/sign.ts'
import type { SignedAction, Transfer } from '../ledger/action.ts'
import { actionHash } from '../ledger/action-hash.ts'
import { parseDefinition } from '../ledger/definition.ts'
import { memoOf } from '../ledger/note.ts'
import { MAX_AMOUNT } from '../ledger/params.ts'
import { isAhead, RejectionError, reject } from '../ledger/rejection.ts'
import { ClientError, request } from './graphql.ts'
import { accountNamed, addressNamed, notedInput, requestsOf } from './input.ts'
import { submittedIn } from './submitted.ts'
import { subscribe } from './subscribe.ts'
import type { AssetInfo, ChainInfo, Client, Submitted } from './types.ts'

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
      const { results: part } = await this.query<{ results: unknown }>(SUBMIT_ALL, { actions: inputs })
      for (const result of submittedIn(part, inputs.length)) {
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
