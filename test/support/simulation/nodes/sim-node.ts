import { equalBytes } from '../../../../src/codec/bytes.ts'
import { Failure } from '../../../../src/config/failure.ts'
import type { Transport } from '../../../../src/network/transport.ts'
import { type Assembled, assemble } from '../../../../src/node/assemble.ts'
import { replicaConfig } from '../../../../src/node/chain/replica-config.ts'
import type { SignerDisk } from '../../../../src/node/chain/signer-disk.ts'
import type { Edges } from '../../../../src/node/edges.ts'
import { Signatures } from '../../../../src/node/intake/signatures.ts'
import type { NodeStore } from '../../../../src/node/store.ts'
import type { Logger } from '../../../../src/telemetry/log.ts'
import { cheapSignature } from '../cheap.ts'
import { cheapHasher, poseidon, verifyCheaply } from './cheap-edges.ts'
import type { Endpoint } from './memory-network.ts'
import { MemoryDisk, memoryStore } from './memory-store.ts'
import type { NodeWorld } from './node-world.ts'
import { VirtualClock } from './virtual-clock.ts'

/** 16 MiB of at least a KiB each (src/mempool/parked.ts). */
const MAX_PARKED = 16_384
/** What a node says of the log is looked at after so many blocks: to put it together takes longer than an event. */
const BLOCKS_PER_LOOK = 4
/** Operations of the store that write. */
const WRITES: ReadonlySet<keyof NodeStore> = new Set([
  'persist',
  'commit',
  'insertPool',
  'deletePool',
  'prune',
  'insertEvidence',
])

/** Changes what a node sends: how a faulty node differs from an honest one. */
export type WrapTransport = (transport: Transport, node: SimNode) => Transport

/** One member of a simulated chain: the whole shell of a node, with a disk that outlives it. */
export class SimNode {
  readonly id: number
  disk: MemoryDisk
  /** The text of signer.json. */
  signerText: string | undefined
  /** The running node; undefined while it is down or starting. */
  node: Assembled | undefined
  /** The present life, or the last one. */
  endpoint: Endpoint | undefined
  /** Milliseconds that a commit takes beside what every operation of the store takes. */
  commitMs = 0
  /** Lost its disk, and so may have lost accepted actions. */
  hasLostData = false
  /** It has committed some blocks since what it says of the log was looked at. */
  hasGrown = false
  readonly world: NodeWorld
  readonly #wrap: WrapTransport | undefined
  /** It lost its signer.json: its operator starts it with --recover until there is a new one. */
  #mustRecover = false
  #backup: MemoryDisk
  #skewMs: number

  constructor(world: NodeWorld, id: number, skewMs: number, wrap: WrapTransport | undefined) {
    this.world = world
    this.id = id
    this.#skewMs = skewMs
    this.#wrap = wrap
    this.disk = new MemoryDisk(world.chain.genesis, world.chain.result)
    this.#backup = this.disk.copy()
  }

  get isHonest(): boolean {
    return this.#wrap === undefined
  }

  get isUp(): boolean {
    return this.endpoint?.clock.isAlive ?? false
  }

  get name(): string {
    return this.world.chain.members[this.id]!.peer.name
  }

  /** Index among the validators; undefined for an observer. */
  get validator(): number | undefined {
    return this.world.chain.members[this.id]!.peer.validator
  }

  /** After every event of the node: what it holds is within its bounds. */
  checkBounds(): void {
    const { node } = this
    if (node === undefined) return
    const { size, bytes, parked, limits } = node.handler.pool()
    if (size > limits.entries || bytes > limits.bytes)
      this.world.breach(`${this.name} has ${size} actions, ${bytes} bytes`)
    if (parked > MAX_PARKED) this.world.breach(`${this.name} parks ${parked} actions`)
    for (const [what, [held, bound]] of Object.entries(node.peering?.held ?? {}))
      if (held > bound) this.world.breach(`${this.name} holds ${held} ${what}, and the bound is ${bound}`)
    if (!this.hasGrown) return
    this.hasGrown = false
    this.world.witness.logged(this, node.handler.status().log, node.handler.checkpoint())
  }

  /** Starts the node; it is up once its disk is read. */
  boot({ recover = this.#mustRecover && this.signerText === undefined } = {}): void {
    const world = this.world
    const member = world.chain.members[this.id]!
    const onRun = () => world.ran(this)
    const clock = new VirtualClock(world.schedule, world.random, this.#skewMs, onRun)
    const endpoint = { id: this.id, key: member.peer.key, clock, onRun }
    this.endpoint = endpoint
    world.ran(this)
    world.note(`${this.id} starts${recover ? ' and recovers' : ''}`)
    const inner = world.network.transport(endpoint)
    const transport = this.#wrap?.(inner, this) ?? inner
    const peers = world.chain.members.map(({ peer }) => peer)
    const options = {
      genesis: world.chain.genesis,
      databaseUrl: '',
      dir: '',
      controlPath: '',
      votingKey: member.votingKey,
      network: { transportKey: member.transportKey, listen: { host: 'memory', port: this.id }, peers },
      log: this.#log(clock),
      version: 'simulated',
      recover,
      witnesses: world.witnesses.asked,
      onFatal: (error: unknown) => clock.isAlive && world.fatal(this, error),
    }
    assemble(poseidon, options, this.#edges(clock, transport)).then(
      async (node) => {
        if (!clock.isAlive) return
        await node.start()
        this.node = node
      },
      (error) => clock.isAlive && this.#cannotStart(error),
    )
  }

  /** Ends the node at once, as a kill or a loss of power does. */
  crash(silently = false): void {
    if (!this.isUp) return
    this.world.note(`${this.id} crashes`)
    const endpoint = this.endpoint!
    endpoint.clock.die()
    this.world.network.crash(endpoint, silently)
    this.node = undefined
  }

  backUp(): void {
    this.#backup = this.disk.copy()
  }

  /** Loses what a node that is down had stored. */
  loseDisk(how: 'database lost' | 'old backup' | 'all lost'): void {
    const { genesis, result } = this.world.chain
    this.disk = how === 'old backup' ? this.#backup.copy() : new MemoryDisk(genesis, result)
    if (how === 'all lost') {
      this.signerText = undefined
      this.#mustRecover = true
    }
    this.hasLostData = true
  }

  /** An operator starts a node again when its database is back, and with --recover if its file is lost. */
  #cannotStart(error: unknown): void {
    const isLost =
      error instanceof Failure && (error.code === 'SIGNER_LOST' || error.code === 'DATABASE_BEHIND')
    const isAway = error instanceof Failure && error.retry
    if (isLost || isAway) {
      this.crash()
      if (isLost) this.boot({ recover: true })
      else this.boot()
    } else this.world.fatal(this, error)
  }

  #edges(clock: VirtualClock, transport: Transport): Edges {
    const world = this.world
    const { genesis, members } = world.chain
    const self = this.validator
    const { votingKey } = members[this.id]!
    let freeMs = 0
    // A worker thread answers one call after the other.
    const later = <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        freeMs = Math.max(freeMs, clock.elapsed()) + 1 + world.random.below(3)
        clock.after(freeMs - clock.elapsed(), () => settle(work, resolve, reject))
      })
    return {
      clock,
      transport: () => transport,
      openStore: async () => this.#store(clock),
      startHasher: async () => cheapHasher(this.disk, later),
      signatures: () => new Signatures(poseidon, 0, (error) => world.fatal(this, error), verifyCheaply),
      signerDisk: this.#signerDisk(clock),
      replicaConfig: () => ({
        ...replicaConfig(genesis, votingKey),
        sign: (message) => cheapSignature(self ?? -1, message),
        verify: (validator, message, signature) => {
          if (!equalBytes(cheapSignature(validator, message), signature)) return false
          world.witness.seen(validator, message)
          return true
        },
      }),
      logKeys: () => ({
        self,
        sign: (message) => cheapSignature(self ?? -1, message),
        verify: (validator, message, signature) => equalBytes(cheapSignature(validator, message), signature),
      }),
      askWitness: world.witnesses.ask,
    }
  }

  #store(clock: VirtualClock): NodeStore {
    const world = this.world
    const { disk } = this
    const run = <T>(name: keyof NodeStore, work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        clock.after(world.storeDelayMs() + (name === 'commit' ? this.commitMs : 0), () => {
          const isWrite = WRITES.has(name)
          const fault = world.storeFault(this, name, isWrite)
          if (fault === 'away') return reject(away())
          if (fault === 'crash before') return this.#crashAt(name)
          settle(work, resolve, reject, fault)
          if (fault === 'crash after') this.#crashAt(name)
        })
      })
    disk.onPersist = (writes) => world.witness.persisted(this, writes)
    disk.onCommit = (block) => {
      world.witness.committed(this, block)
      this.hasGrown ||= this.isHonest && block.header.height % BLOCKS_PER_LOOK === 0
    }
    return memoryStore(disk, run)
  }

  #crashAt(name: string): void {
    this.world.strike(`crash at ${name}`)
    this.world.crash(this)
  }

  #signerDisk(clock: VirtualClock): SignerDisk {
    const world = this.world
    return {
      path: `signer.json of ${this.name}`,
      exists: () => this.signerText !== undefined,
      read: () => {
        if (this.signerText === undefined) throw new Error('there is no signer.json')
        return this.signerText
      },
      write: (text) => {
        if (!clock.isAlive) throw new Error('the node is dead')
        const fault = world.signerFault(this)
        if (fault === 'crash before') {
          this.#crashAt('signer.json')
          throw new Error('the node is dead')
        }
        this.signerText = text
        world.witness.recorded(this, text)
        if (fault === 'crash after') {
          this.#crashAt('signer.json')
          throw new Error('the node is dead')
        }
      },
    }
  }

  /** What a node logs is its part of the trace. */
  #log(clock: VirtualClock): Logger {
    const line = (level: string) => (fields: object, message?: string) => {
      if (clock.isAlive) this.world.logged(this, level, fields, message ?? String(fields))
    }
    return {
      debug: () => undefined,
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
    } as unknown as Logger
  }
}

function away(): Failure {
  return new Failure('POSTGRES_UNREACHABLE', 'the database is away', { retry: true })
}

/** Does the work; with 'answer lost' it is done, and the caller is told that it failed. */
function settle<T>(
  work: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
  fault?: string,
): void {
  try {
    const value = work()
    if (fault === 'answer lost') reject(away())
    else if (fault !== 'crash after') resolve(value)
  } catch (error) {
    reject(error)
  }
}
