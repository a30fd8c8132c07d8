import { afterAll } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { SharedHeights } from '../../../src/api/live/height-feed.ts'
import type { ApiServices } from '../../../src/api/request/services.ts'
import { type ApiServer, createApi } from '../../../src/api/server.ts'
import { type HashedAction, hashAction } from '../../../src/ledger/action-hash.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { Database } from '../../../src/storage/database.ts'
import { currentHeight, listenHeights } from '../../../src/storage/heights.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, genesisOf, signRegister, signTransfer, type TestKey } from '../ledger/ledger-world.ts'
import { idleNode } from '../node/idle-node.ts'
import { chainDatabase } from '../storage/postgres.ts'
import { StoredChain } from '../storage/stored-chain.ts'

/** The parts of a GraphQL response that tests look at. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  data?: any
  errors?: {
    message: string
    path?: string[]
    extensions: { code: string; data?: Record<string, unknown> }
  }[]
  extensions?: { height?: string; cost?: number; costLeft?: number; hints?: { code: string }[] }
}

/** A chain in a real database, to which tests add blocks, and an API on it that is called without sockets. */
export class ApiWorld {
  readonly chain: StoredChain
  readonly api: ApiServer
  readonly database: Database
  readonly url: string

  private constructor(chain: StoredChain, api: ApiServer, database: Database, url: string) {
    this.chain = chain
    this.api = api
    this.database = database
    this.url = url
  }

  static async open(genesis: Partial<Genesis> = {}, services: Partial<ApiServices> = {}): Promise<ApiWorld> {
    const full = genesisOf(genesis)
    const { database, url } = await chainDatabase(full)
    const heights = new SharedHeights(await currentHeight(database))
    const listener = await listenHeights(database, (height) => heights.reach(height), { checkMs: 60_000 })
    afterAll(() => listener.stop())
    const chainId = chainIdOf(full)
    const api = createApi({
      database,
      primary: database,
      control: idleNode(chainId.toString(16).padStart(64, '0')),
      poseidon,
      genesis: full,
      chainId,
      firstPosition: applyGenesis(poseidon, full).firstPosition,
      heights,
      limits: DEFAULT_LIMITS,
      nameOf: () => undefined,
      accountsNamed: () => [],
      now: () => full.startTime + 10 * full.eraMs,
      verificationKey: null,
      version: '0.0.0-test',
      corsOrigins: [],
      log: openLog('api', process.env.API_LOG === undefined ? 'silent' : 'error'),
      ...services,
    })
    return new ApiWorld(new StoredChain(database, full), api, database, url)
  }

  /** Posts an operation as a client at an address, through a proxy if X-Forwarded-For is given. */
  async postFrom(
    address: string,
    query: string,
    { variables = {}, forwardedFor }: { variables?: Record<string, unknown>; forwardedFor?: string } = {},
  ): Promise<Response> {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    }
    return this.api.yoga.fetch('http://api/graphql', init, {
      req: { socket: { remoteAddress: address }, headers },
    })
  }

  /** Posts an operation. @returns the parsed response */
  async ask(query: string, variables?: Record<string, unknown>, operationName?: string): Promise<Answer> {
    const response = await this.api.yoga.fetch('http://api/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables, operationName }),
    })
    return (await response.json()) as Answer
  }

  /** The data of a response. @throws Error if the response has errors */
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  async data(query: string, variables?: Record<string, unknown>): Promise<any> {
    const answer = await this.ask(query, variables)
    if (answer.errors) throw new Error(JSON.stringify(answer.errors))
    return answer.data
  }

  get era(): number {
    return this.chain.header.era + 1
  }

  get chainId(): bigint {
    return this.chain.rules.chainId
  }

  register(issuer: TestKey, rest: Partial<AssetDefinition> = {}): { action: HashedAction; id: bigint } {
    const definition = definitionOf(issuer, rest)
    const action = signRegister(issuer, { chainId: this.chainId, definition, era: this.era })
    return { action: hashAction(poseidon, action), id: assetIdOf(poseidon, definition) }
  }

  /** A transfer that begins `ahead` units after the sender's next unit, so that several can be in one block. */
  move(key: TestKey, from: bigint, to: bigint, assetId: bigint, amount: bigint, ahead = 0n): HashedAction {
    const fromStart = (this.chain.state.holding(from, assetId)?.outTotal ?? 0n) + ahead
    const { chainId, era } = this
    return hashAction(
      poseidon,
      signTransfer(key, { chainId, from, to, assetId, fromStart, amount, era, memo: 0n }),
    )
  }

  issue(issuer: TestKey, to: bigint, assetId: bigint, amount: bigint, ahead = 0n): HashedAction {
    return this.move(issuer, MINT, to, assetId, amount, ahead)
  }

  retire(key: TestKey, assetId: bigint, amount: bigint): HashedAction {
    return this.move(key, key.account, RETIRED, assetId, amount)
  }

  /** Registers an asset and issues all of it to its issuer, in one block each. @returns its id */
  async lot(
    issuer: TestKey,
    code: string,
    cap: bigint,
    rest: Partial<AssetDefinition> = {},
  ): Promise<bigint> {
    const { action, id } = this.register(issuer, { code, cap: cap.toString(), ...rest })
    await this.chain.commit([action])
    await this.chain.commit([this.issue(issuer, issuer.account, id, cap)])
    return id
  }
}
