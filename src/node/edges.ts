import { bytesToHex } from '../codec/bytes.ts'
import type { ReplicaConfig } from '../consensus/types.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { chainIdOf } from '../ledger/genesis.ts'
import { tlsTransport } from '../network/tls.ts'
import type { Transport } from '../network/transport.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import { replicaConfig } from './chain/replica-config.ts'
import { type SignerDisk, signerDiskIn } from './chain/signer-disk.ts'
import { Signatures } from './intake/signatures.ts'
import { askWitness } from './log/ask-witness.ts'
import { type LogKeys, logKeysOf } from './log/log-keys.ts'
import type { AskWitness } from './log/witness-client.ts'
import type { NodeOptions } from './options.ts'
import { openPostgresStore } from './postgres-store.ts'
import type { Resources } from './resources.ts'
import type { NodeStore } from './store.ts'
import { type RunningHasher, startHasher } from './trees/hasher.ts'

/**
 * Where a node ends and the world begins: time and chance, sockets, the database, the disk and worker threads. Everything else of a node is the same in
 * production (`systemEdges`) and in the simulator (test/support/simulation/nodes), which replaces these.
 */
export interface Edges {
  clock: Clock
  /** @param key seed of the transport key, 32 bytes */
  transport(key: Uint8Array): Transport
  /** Opens the store; its first user makes the genesis block. */
  openStore(): Promise<NodeStore>
  /** Starts what computes roots, with the trees as of the tip of the open store. */
  startHasher(): Promise<RunningHasher>
  signatures(): Signatures
  signerDisk: SignerDisk
  /** The chain and this node, with its signatures, as consensus sees them. */
  replicaConfig(): ReplicaConfig
  logKeys(): LogKeys
  askWitness: AskWitness
}

/** The edges of a node in a process of its own. What they open is added to `resources`. */
export function systemEdges(poseidon: Poseidon, options: NodeOptions, resources: Resources): Edges {
  const { genesis, databaseUrl, now = systemClock.now, onFatal } = options
  return {
    clock: { ...systemClock, now },
    transport: tlsTransport,
    openStore: () => openPostgresStore(poseidon, options, resources),
    async startHasher() {
      const { stateDepth: depth, batchSize } = genesis
      const rules = { databaseUrl, depth, batchSize, chainId: chainIdOf(genesis) }
      const hasher = await startHasher(rules, onFatal)
      resources.add(() => hasher.close())
      return hasher
    },
    signatures() {
      const signatures = new Signatures(poseidon, options.signatureThreads ?? 1, onFatal)
      resources.add(() => signatures.close())
      return signatures
    },
    signerDisk: signerDiskIn(options.dir),
    replicaConfig: () => replicaConfig(genesis, options.votingKey),
    logKeys: () => logKeysOf(genesis, options.logKey),
    askWitness,
  }
}

/** 32 random bytes, hex: a question with it cannot be answered with an old answer. */
export function nonceOf(clock: Clock): string {
  return bytesToHex(clock.randomBytes(32))
}
