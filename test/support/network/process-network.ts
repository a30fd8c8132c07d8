import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { type ControlClient, connectControl } from '../../../src/control/client.ts'
import { ed25519PublicKey } from '../../../src/crypto/ed25519.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { type Genesis, genesisToJson } from '../../../src/ledger/genesis.ts'
import type { Address, Peer } from '../../../src/network/peers-file.ts'
import type { EmbeddedServer } from '../../../src/postgres/server.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import type { BlockLine } from '../../bench/support/bench-node.ts'
import { lastLines } from '../process/last-lines.ts'
import { freePort } from './free-port.ts'

/** The checkout from which nodes run by default. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const votingKey = (i: number) => new Uint8Array(32).fill(10 + i)
const transportKey = (i: number) => new Uint8Array(32).fill(100 + i)
const logKey = (i: number) => new Uint8Array(32).fill(200 + i)

/** The validators of a genesis for n nodes of these networks. */
export function validatorsOf(n: number): Genesis['validators'] {
  return Array.from({ length: n }, (_, i) => ({
    name: `validator-${i}`,
    votingKey: ed25519PublicKey(votingKey(i)),
    transportKey: ed25519PublicKey(transportKey(i)),
    logKey: ed25519PublicKey(logKey(i)),
  }))
}

/** What node-process.mjs is started with. Keys are in hex. */
interface ProcessOptions {
  genesis: string
  databaseUrl: string
  dir: string
  controlPath: string
  votingKey: string | undefined
  logKey: string | undefined
  network: { transportKey: string; listen: Address; peers: (Peer & { address: Address })[] }
}

/** A node in its own process. */
export interface ProcessNode {
  control: ControlClient
  pid: number
  /** Every block that it made final, with the time. */
  blocks: (BlockLine & { era: number; view: number; atMs: number })[]
}

/** Nodes in their own processes, on one Postgres server. Those with an index beyond the validators are observers. */
export class ProcessNetwork {
  readonly nodes: ProcessNode[] = []
  /** Gets what a node logs as a warning or an error, a line of JSON. */
  onWarning: (i: number, line: string) => void = (_, line) => console.error(line)
  /** Told when a process that was ready has ended. */
  onExit: (i: number, how: string) => void = () => undefined
  readonly genesis: Genesis
  readonly #server: EmbeddedServer
  readonly #folder: string
  readonly #ports: number[] = []
  readonly #children: ChildProcess[] = []

  constructor(server: EmbeddedServer, folder: string, genesis: Genesis) {
    this.#server = server
    this.#folder = folder
    this.genesis = genesis
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesisToJson(genesis)))
  }

  /**
   * Starts all validators, and chooses ports for `observers`.
   * @param running validators that are started, the first ones; the others are played by the test
   */
  async start(observers = 0, root = ROOT, running = this.genesis.validators.length): Promise<void> {
    const { length } = this.genesis.validators
    for (let i = 0; i < length + observers; i++) this.#ports.push(await freePort())
    await Promise.all(Array.from({ length: running }, (_, i) => this.startNode(i, root)))
  }

  /** Makes the database and the folder of a node if there are none. @returns its options, keys in hex, for node-process.mjs */
  async prepare(i: number): Promise<ProcessOptions> {
    const { validators } = this.genesis
    const database = `net_${this.#ports[i]}`
    const dir = join(this.#folder, `${i}`)
    if (!existsSync(dir)) {
      const admin = openDatabase(this.#server.url('postgres'), { max: 1 })
      await admin.sql.unsafe(`CREATE DATABASE ${database}`)
      await admin.close()
      mkdirSync(dir)
    }
    return {
      genesis: join(this.#folder, 'genesis.json'),
      databaseUrl: this.#server.url(database),
      dir,
      controlPath: join(dir, 'control.sock'),
      votingKey: i < validators.length ? bytesToHex(votingKey(i)) : undefined,
      logKey: i < validators.length ? bytesToHex(logKey(i)) : undefined,
      network: {
        transportKey: bytesToHex(transportKey(i)),
        listen: { host: '127.0.0.1', port: this.#ports[i]! },
        peers: this.#ports.map((port, at) => ({
          name: `node-${at}`,
          key: bytesToHex(ed25519PublicKey(transportKey(at))),
          validator: at < validators.length ? at : undefined,
          address: { host: '127.0.0.1', port },
        })),
      },
    }
  }

  /** Starts or restarts a node. @param root a folder with dist, migrations and test/support */
  async startNode(i: number, root = ROOT): Promise<ProcessNode> {
    const options = await this.prepare(i)
    const child = fork(join(root, 'test/support/node/node-process.mjs'), [JSON.stringify(options)], {
      env: { ...process.env, TEST_LOG: 'info' },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    const node: ProcessNode = {
      control: connectControl(options.controlPath, { questionMs: 30_000 }),
      blocks: this.nodes[i]?.blocks ?? [],
      pid: child.pid!,
    }
    const written = lastLines(child.stderr!, (line) => {
      if (!line.startsWith('{')) return console.error(line)
      const { msg, time, level, ...fields } = JSON.parse(line)
      if (msg === 'block') node.blocks.push({ ...fields, atMs: Date.parse(time) })
      else if (level === 'warn' || level === 'error') this.onWarning(i, line)
    })
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      // After the last line that it wrote.
      child.once('close', (status, signal) =>
        reject(new Error(`node ${i} ended with ${status ?? signal}:\n${written()}`)),
      )
    })
    child.once('exit', (status, signal) => this.onExit(i, `${status ?? signal}`))
    this.#children[i] = child
    this.nodes[i] = node
    return node
  }

  /** Ends a node: gracefully (SIGTERM), or at once (SIGKILL). */
  async stopNode(i: number, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#children[i]!
    this.nodes[i]!.control.close()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** Height of the last block that a node has logged. */
  height(i: number): number {
    return this.nodes[i]!.blocks.at(-1)?.height ?? 0
  }

  databaseUrl(i: number): string {
    return this.#server.url(`net_${this.#ports[i]}`)
  }

  get era(): number {
    return Math.floor((Date.now() - this.genesis.startTime) / this.genesis.eraMs)
  }

  timeOfEra(era: number): number {
    return this.genesis.startTime + era * this.genesis.eraMs
  }

  /** Submits actions to one node, those of each sender in order, signed again if their era is over. @throws Error if any is rejected */
  async submitAll(
    i: number,
    actions: readonly SignedAction[],
    signAgain?: (action: SignedAction, era: number) => SignedAction,
  ): Promise<void> {
    const bySender = new Map<bigint, SignedAction[]>()
    for (const action of actions) {
      const sender = action.type === 'transfer' ? action.transfer.from : 0n
      bySender.set(sender, [...(bySender.get(sender) ?? []), action])
    }
    const lane = async (own: readonly SignedAction[]) => {
      for (const action of own) {
        const { control } = this.nodes[i]!
        let { status, rejection } = await control.submit(encodeAction(action))
        if (rejection?.code === 'ERA_TOO_SOON' && signAgain) {
          const later = signAgain(action, this.era + 3)
          ;({ status, rejection } = await control.submit(encodeAction(later)))
        }
        if (status !== 'ACCEPTED') throw new Error(`${status}: ${rejection?.message}`)
      }
    }
    await Promise.all([...bySender.values()].map(lane))
  }

  /**
   * Waits until every node has made this many records final.
   * @param from for each node, the number of blocks to skip
   * @returns the time when the last node did, milliseconds since 1970
   */
  async records(
    records: number,
    from: readonly number[] = this.nodes.map(() => 0),
    timeoutMs = 300_000,
  ): Promise<number> {
    const done = ({ blocks }: ProcessNode, i: number) => {
      let sum = 0
      for (const block of blocks.slice(from[i])) {
        sum += block.records
        if (sum >= records) return block.atMs
      }
      return undefined
    }
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
      const times = this.nodes.map(done)
      if (times.every((time) => time !== undefined)) return Math.max(...(times as number[]))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('not final in time')
  }

  /** Number of blocks that each node has logged. */
  get marks(): number[] {
    return this.nodes.map(({ blocks }) => blocks.length)
  }

  /** The value of a metric at every node. */
  async metric(name: string): Promise<number[]> {
    const texts = await Promise.all(this.nodes.map(({ control }) => control.metrics()))
    return texts.map((text) => Number(new RegExp(`^inpigritas_${name} (\\S+)$`, 'm').exec(text)?.[1]))
  }

  /** Bytes that the main thread of each node holds once all garbage is collected: heap, buffers and typed arrays. NaN of one that has ended. */
  async liveBytes(): Promise<number[]> {
    return Promise.all(
      this.#children.map(async (child) => {
        if (!child.connected) return Number.NaN
        child.send('live bytes', () => undefined)
        const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')])
        return answer?.liveBytes ?? Number.NaN
      }),
    )
  }

  async stop(): Promise<void> {
    for (const { control } of this.nodes) control.close()
    await Promise.all(
      this.#children.map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return undefined
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.removeAllListeners('message')
        child.kill('SIGTERM')
        return ended
      }),
    )
  }
}
