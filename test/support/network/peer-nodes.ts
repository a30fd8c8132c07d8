import { bytesToHex } from '../../../src/codec/bytes.ts'
import { ed25519PublicKey } from '../../../src/crypto/ed25519.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import type { Peer } from '../../../src/network/peers-file.ts'
import type { NodeOptions } from '../../../src/node/options.ts'
import type { Database } from '../../../src/storage/database.ts'
import { chainNow, nodeFolder, startTestNode, type TestNode } from '../node/test-node.ts'
import { until } from '../shared/until.ts'
import { copyOf, emptyDatabase, openForTest } from '../storage/postgres.ts'
import { freePort } from './free-port.ts'

/** Keys of member i of a test network. */
export const votingKeyOf = (i: number) => new Uint8Array(32).fill(10 + i)
export const transportKeyOf = (i: number) => new Uint8Array(32).fill(100 + i)
export const logKeyOf = (i: number) => new Uint8Array(32).fill(200 + i)

/** Several nodes in this process, each with its own database, folder and port. Members with an index from `validators` on are observers. */
export class TestNetwork {
  readonly genesis: Genesis
  readonly nodes: (TestNode | undefined)[] = []
  readonly databases: Database[] = []
  readonly folders: ReturnType<typeof nodeFolder>[] = []
  readonly #urls: string[] = []
  readonly #ports: number[] = []
  readonly validators: number
  /** Transport keys of further observers that the nodes accept and that tests play. */
  readonly pinned: Uint8Array[] = []

  private constructor(genesis: Genesis, validators: number) {
    this.genesis = genesis
    this.validators = validators
  }

  static async create(
    validators: number,
    observers = 0,
    rest: Partial<Genesis> = {},
    newDatabase = emptyDatabase,
  ): Promise<TestNetwork> {
    const genesis = chainNow({
      eraMs: 300,
      baseMs: 1_000,
      validators: Array.from({ length: validators }, (_, i) => ({
        name: `validator-${i}`,
        votingKey: ed25519PublicKey(votingKeyOf(i)),
        transportKey: ed25519PublicKey(transportKeyOf(i)),
        logKey: ed25519PublicKey(logKeyOf(i)),
      })),
      ...rest,
    })
    const network = new TestNetwork(genesis, validators)
    for (let i = 0; i < validators + observers; i++) {
      network.#urls.push(await newDatabase())
      network.databases.push(openForTest(network.#urls[i]!))
      network.folders.push(nodeFolder())
      network.#ports.push(await freePort())
    }
    return network
  }

  get peers(): Peer[] {
    const played = this.pinned.map((seed, i) => {
      const key = bytesToHex(ed25519PublicKey(seed))
      return { name: `played-${i}`, key, validator: undefined, address: undefined }
    })
    const members = this.#ports.map((port, i) => ({
      name: i < this.validators ? `validator-${i}` : `observer-${i}`,
      key: bytesToHex(ed25519PublicKey(transportKeyOf(i))),
      validator: i < this.validators ? i : undefined,
      address: { host: '127.0.0.1', port },
    }))
    return [...members, ...played]
  }

  portOf(i: number): number {
    return this.#ports[i]!
  }

  /** Gives a member a new, empty database, as after the loss of its disk. */
  async loseDatabase(i: number): Promise<void> {
    await this.databases[i]!.close()
    this.#urls[i] = await emptyDatabase()
    this.databases[i] = openForTest(this.#urls[i]!)
  }

  /** Copies the database of a stopped member. @returns the URL of the copy */
  async backUp(i: number): Promise<string> {
    await this.databases[i]!.close()
    const url = await copyOf(this.#urls[i]!)
    this.databases[i] = openForTest(this.#urls[i]!)
    return url
  }

  /** Makes a member use this database from its next start on. */
  async restore(i: number, url: string): Promise<void> {
    await this.databases[i]!.close()
    this.#urls[i] = url
    this.databases[i] = openForTest(url)
  }

  async start(i: number, options: Partial<NodeOptions> = {}): Promise<TestNode> {
    const node = await startTestNode({
      genesis: this.genesis,
      databaseUrl: this.#urls[i]!,
      ...this.folders[i]!,
      votingKey: i < this.validators ? votingKeyOf(i) : undefined,
      logKey: i < this.validators ? logKeyOf(i) : undefined,
      signatureThreads: 0,
      network: {
        transportKey: transportKeyOf(i),
        listen: { host: '127.0.0.1', port: this.#ports[i]! },
        peers: this.peers,
      },
      ...options,
    })
    this.nodes[i] = node
    return node
  }

  async startAll(members = this.#urls.length): Promise<void> {
    await Promise.all(Array.from({ length: members }, (_, i) => this.start(i)))
  }

  async stop(i: number): Promise<void> {
    await this.nodes[i]?.stop()
    this.nodes[i] = undefined
  }

  height(i: number): number {
    return this.nodes[i]?.node.status().finalHeight ?? -1
  }

  /** Waits until these members have made a block of this height final. */
  async reach(height: number, members = this.nodes.map((_, i) => i)): Promise<void> {
    await until(
      () => members.every((i) => this.height(i) >= height),
      () => `height ${height} at members ${members}: ${members.map((i) => this.height(i))}`,
    )
  }

  /** Waits until these members are connected with each other and with nobody else. */
  async connected(members: readonly number[]): Promise<void> {
    const peers = (i: number) => this.nodes[i]!.node.status().peers.length
    await until(
      () => members.every((i) => peers(i) === members.length - 1),
      () => `members ${members} connected: ${members.map(peers)} peers`,
    )
  }

  /** Block hashes of a member, by height, from its database. */
  async hashes(i: number): Promise<string[]> {
    const rows = await this.databases[i]!.sql<{ hash: Uint8Array }[]>`SELECT hash FROM block ORDER BY height`
    return rows.map(({ hash }) => bytesToHex(hash))
  }

  /** Fatal errors of all members. */
  get fatal(): unknown[] {
    return this.nodes.flatMap((node) => node?.fatal ?? [])
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((_, i) => this.stop(i)))
    for (const database of this.databases) await database.close()
    for (const folder of this.folders) folder.remove()
  }
}
