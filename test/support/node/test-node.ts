import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesToHex, equalBytes } from '../../../src/codec/bytes.ts'
import { type ControlClient, connectControl, type SubmitReply } from '../../../src/control/client.ts'
import { ed25519PublicKey } from '../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { StateTree } from '../../../src/crypto/state-tree.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import type { BlockHeader } from '../../../src/ledger/header.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import type { Holding } from '../../../src/ledger/state.ts'
import type { NodeOptions } from '../../../src/node/options.ts'
import { type RunningNode, startNode } from '../../../src/node/start-node.ts'
import { Trees } from '../../../src/node/trees/trees.ts'
import type { Database } from '../../../src/storage/database.ts'
import { readBlocks } from '../../../src/storage/reads/blocks.ts'
import { recordsFrom } from '../../../src/storage/reads/transfers.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { HeaderLog } from '../ledger/header-log.ts'
import { definitionOf, genesisOf, signRegister, signTransfer, type TestKey } from '../ledger/ledger-world.ts'
import { testFolder } from '../shared/test-folder.ts'

export const VOTING_KEY = new Uint8Array(32).fill(7)
const LOG_KEY = new Uint8Array(32).fill(8)

/** A genesis with one validator and short eras that began a moment ago. */
export function chainNow(rest: Partial<Genesis> = {}): Genesis {
  const validator = {
    name: 'one',
    votingKey: ed25519PublicKey(VOTING_KEY),
    transportKey: new Uint8Array(32).fill(2),
    logKey: ed25519PublicKey(LOG_KEY),
  }
  return genesisOf({
    salt: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
    startTime: Date.now() - 1000,
    eraMs: 200,
    ttl: 600,
    stateDepth: 6,
    validators: [validator],
    ...rest,
  })
}

/** A node in this process with a client of its control socket. */
export interface TestNode {
  node: RunningNode
  control: ControlClient
  fatal: unknown[]
  stop(): Promise<void>
}

/** A folder for a node's files, removed by `remove`. */
export function nodeFolder() {
  const dir = testFolder('node')
  return {
    dir,
    controlPath: join(dir, 'control.sock'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

export async function startTestNode(
  options: Pick<NodeOptions, 'genesis' | 'databaseUrl' | 'dir' | 'controlPath'> & Partial<NodeOptions>,
): Promise<TestNode> {
  const fatal: unknown[] = []
  const node = await startNode({
    votingKey: VOTING_KEY,
    logKey: LOG_KEY,
    log: openLog('node', (process.env.TEST_LOG ?? 'silent') as 'silent'),
    version: 'test',
    onFatal: (error) => fatal.push(error),
    ...options,
  })
  const control = connectControl(options.controlPath, { questionMs: 30_000 })
  const stop = async () => {
    control.close()
    await node.stop()
  }
  return { node, control, fatal, stop }
}

/** Signs actions on one issuer's asset, and tracks the next start of every holding. */
export class Trader {
  readonly genesis: Genesis
  readonly chainId: bigint
  readonly issuer: TestKey
  readonly code: string
  readonly assetId: bigint
  readonly starts = new Map<bigint, bigint>()
  #memo = 0n

  readonly #now: () => number

  constructor(genesis: Genesis, issuer: TestKey, code = 'LOT-1', now = Date.now) {
    this.#now = now
    this.genesis = genesis
    this.chainId = chainIdOf(genesis)
    this.issuer = issuer
    this.code = code
    this.assetId = assetIdOf(poseidon, this.#definition())
  }

  /** The first era that the node accepts now, plus a margin for the time until the action is submitted. */
  get era(): number {
    return Math.floor((this.#now() - this.genesis.startTime) / this.genesis.eraMs) + this.genesis.delay + 2
  }

  register(): SignedAction {
    return signRegister(this.issuer, { chainId: this.chainId, definition: this.#definition(), era: this.era })
  }

  issue(to: bigint, amount: bigint): SignedAction {
    return this.#move(this.issuer, MINT, to, amount)
  }

  transfer(from: TestKey, to: bigint, amount: bigint): SignedAction {
    return this.#move(from, from.account, to, amount)
  }

  /**
   * Signs an action and submits it until it is accepted. A busy machine may be too slow for the action's era; then it is signed again.
   * @param options.patient the node may be away: what got no answer is submitted again
   * @throws if it is rejected for another reason
   */
  async send(
    control: ControlClient,
    make: () => SignedAction,
    options: { note?: string; patient?: boolean } = {},
  ): Promise<SignedAction> {
    for (;;) {
      const before = new Map(this.starts)
      const action = make()
      const reply = await this.#answer(control, action, options)
      if (reply.status !== 'REJECTED') return action
      if (reply.rejection?.code !== 'ERA_TOO_SOON') throw new Error(reply.rejection?.message)
      const { from } = action.type === 'transfer' ? action.transfer : { from: MINT }
      this.starts.set(from, before.get(from) ?? 0n)
    }
  }

  async #answer(
    control: ControlClient,
    action: SignedAction,
    { note, patient }: { note?: string; patient?: boolean },
  ): Promise<SubmitReply> {
    for (;;) {
      try {
        return await submit(control, action, note)
      } catch (error) {
        if (!patient) throw error
        await sleep(20)
      }
    }
  }

  #move(key: TestKey, from: bigint, to: bigint, amount: bigint): SignedAction {
    const fromStart = this.starts.get(from) ?? 0n
    this.starts.set(from, fromStart + amount)
    const { chainId, assetId, era } = this
    this.#memo += 1n
    return signTransfer(key, { chainId, from, to, assetId, fromStart, amount, era, memo: this.#memo })
  }

  #definition() {
    return definitionOf(this.issuer, { code: this.code, cap: '1000000000' })
  }
}

export function hashOf(action: SignedAction): string {
  return fieldToHex(actionHash(poseidon, action))
}

export function submit(control: ControlClient, action: SignedAction, note?: string) {
  return control.submit(encodeAction(action), note)
}

/** The headers and records of a stored chain. */
export interface StoredHistory {
  headers: BlockHeader[]
  records: LedgerRecord[]
}

export async function readHistory(database: Database): Promise<StoredHistory> {
  const records = await recordsFrom(database, 0, 1_000_000)
  const [{ height }] = await database.sql<[{ height: number }]>`SELECT max(height) AS height FROM block`
  const blocks = await readBlocks(
    database,
    Array.from({ length: height + 1 }, (_, i) => i),
  )
  return { records, headers: blocks.map(({ header }) => header).sort((a, b) => a.height - b.height) }
}

/**
 * Replays all records from genesis on new trees and compares the roots with those in every header.
 * @returns the first height whose roots differ; undefined if there is none
 */
export function firstWrongHeight({ headers, records }: StoredHistory, genesis: Genesis): number | undefined {
  const { stateDepth, batchSize } = genesis
  const state = new StateTree(poseidon, stateDepth)
  const base = { state, history: new HistoryTree(poseidon), batchStateRoot: state.root }
  const trees = new Trees({ chainId: chainIdOf(genesis), batchSize }, '-1', base)
  const holdings = new Map<number, Holding>()
  let roots = trees.roots
  const log = new HeaderLog()
  for (const header of headers) {
    const { height, position } = header
    const isRight =
      height === 0 ||
      (header.stateRoot === roots.stateRoot &&
        header.historyRoot === roots.historyRoot &&
        header.batchStateRoot === roots.batchStateRoot &&
        equalBytes(header.logRoot, log.root))
    log.add(header)
    if (!isRight) return height
    const end = headers[height + 1]?.position ?? Number.POSITIVE_INFINITY
    const block = records.filter((record) => record.position >= position && record.position < end)
    for (const record of block) replay(holdings, record)
    const touched = new Set(block.flatMap(({ fromHolding, toHolding }) => [fromHolding, toHolding]))
    const delta = [...touched].map((index) => holdings.get(index)!)
    roots = trees.add({ hash: `${height}`, parentHash: `${height - 1}`, holdings: delta, records: block })
    trees.finalize(`${height}`)
  }
  return undefined
}

function replay(holdings: Map<number, Holding>, record: LedgerRecord): void {
  const { fromHolding, toHolding, assetId, amount, to } = record
  if (record.kind !== 'register') {
    const sender = holdings.get(fromHolding)!
    if (sender.outTotal !== record.fromStart) throw new Error(`record ${record.position} does not follow`)
    holdings.set(fromHolding, { ...sender, outTotal: sender.outTotal + amount })
  }
  const receiver = holdings.get(toHolding) ?? {
    index: toHolding,
    account: to,
    assetId,
    inTotal: 0n,
    outTotal: 0n,
  }
  if (receiver.inTotal !== record.toStart) throw new Error(`record ${record.position} does not follow`)
  holdings.set(toHolding, { ...receiver, inTotal: receiver.inTotal + amount })
}
