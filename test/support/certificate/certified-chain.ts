import { Asked } from '../../../src/certificate/asked.ts'
import {
  type CertifiedHolding,
  type CertifiedRecord,
  genesisRecord,
} from '../../../src/certificate/certificate.ts'
import type { CertificateSource } from '../../../src/certificate/make.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { quorum } from '../../../src/consensus/quorum.ts'
import { voteMessage } from '../../../src/consensus/signed-bytes.ts'
import type { VoteKind } from '../../../src/consensus/types.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import type { NodeIndex } from '../../../src/crypto/multiproof.ts'
import { StateTree } from '../../../src/crypto/state-tree.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { partsOfAction } from '../../../src/ledger/action-parts.ts'
import type { Asset, AssetDefinition } from '../../../src/ledger/asset.ts'
import {
  batchCount,
  batchStart,
  countRecords,
  firstBatchOf,
  packCounts,
  positionsOf,
  recordsRootOf,
} from '../../../src/ledger/batch.ts'
import { dataSignals, encodeBatchData } from '../../../src/ledger/batch-data.ts'
import { assetOf } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { leafHash, recordHash } from '../../../src/ledger/hashes.ts'
import {
  type BlockHeader,
  blockHash,
  decodeHeader,
  encodeHeader,
  genesisHeader,
} from '../../../src/ledger/header.ts'
import { memoOf } from '../../../src/ledger/note.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { BatchClaim } from '../../../src/verify/batch-chain.ts'
import { encodeProofs } from '../../../src/verify/proofs-file.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { poseidon } from '../crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  genesisOf,
  rsaKey,
  signRegister,
  signTransfer,
  type TestKey,
  World,
} from '../ledger/ledger-world.ts'
import { simulatedKey, simulatedProof } from '../proving/simulated-proofs.ts'

const NAMES = ['ann', 'bea', 'cem', 'dov']
/** The seeds of a validator: of its voting, transport and log key. */
export const seedsOf = (validator: number) => [7, 8, 9].map((n) => new Uint8Array(32).fill(n + 3 * validator))

interface ChainOptions {
  /** The first one issues the asset of the genesis; by default three EdDSA keys and a new RSA key. */
  keys?: TestKey[]
  validators?: number
  stateDepth?: number
  /** The development key that the genesis pins, in snarkjs's format; by default one of no circuit. */
  key?: typeof simulatedKey
  /** Makes another chain of it; hex. */
  salt?: string
}

interface Voting {
  /** Indexes of validators, ascending. */
  voters?: number[]
  kind?: VoteKind
}

/** A chain in memory with signed actions, and a final header of its newest state, from which certificates are made. */
export class CertifiedChain {
  readonly keys: TestKey[]
  readonly genesis: Genesis
  readonly world: World
  readonly assets: Asset[] = []
  readonly #key: typeof simulatedKey
  readonly #actions = new Map<number, SignedAction>()
  readonly #notes = new Map<number, string>()

  constructor({
    keys,
    key = simulatedKey,
    validators = 1,
    stateDepth = 4,
    salt = '5a'.repeat(32),
  }: ChainOptions = {}) {
    this.#key = key
    this.keys = keys ?? [...NAMES.slice(1).map(eddsaKey), rsaKey()]
    const [first] = this.keys
    const definition = definitionOf(first!, { code: 'FIRST', cap: '500' })
    this.genesis = genesisOf({
      salt,
      provingKey: { kind: 'development', vkHash: vkHash(parseVerificationKey(key)!) },
      stateDepth,
      validators: Array.from({ length: validators }, (_, i) => {
        const [voting, transport, log] = seedsOf(i).map(ed25519PublicKey)
        return {
          name: i === 0 ? 'one' : `validator ${i + 1}`,
          votingKey: voting!,
          transportKey: transport!,
          logKey: log!,
        }
      }),
      definitions: [definition],
      allocations: [{ to: first!.account, asset: 'FIRST', amount: 40n }],
    })
    this.world = new World(this.genesis)
    this.assets.push(assetOf(poseidon, definition, this.world.records[0]!.toHolding))
  }

  /** Applies a signed action. */
  apply(action: SignedAction) {
    const record = this.world.applied(action)
    this.#actions.set(record.position, action)
    return record
  }

  register(
    issuer: TestKey,
    code: string,
    madeFrom: bigint[] = [],
    rest: Partial<Omit<AssetDefinition, 'code' | 'madeFrom'>> = {},
  ) {
    const definition = definitionOf(issuer, { ...rest, code, madeFrom: madeFrom.map(fieldToHex) })
    const record = this.apply(
      signRegister(issuer, { chainId: this.world.rules.chainId, definition, era: this.world.era }),
    )
    const asset = assetOf(poseidon, definition, record.toHolding)
    this.assets.push(asset)
    return asset
  }

  move(signer: TestKey, from: bigint, to: bigint, assetId: bigint, amount: bigint, note?: string) {
    const memo = note === undefined ? 0n : memoOf(note)
    const record = this.apply(signTransfer(signer, this.world.transfer(from, to, assetId, { amount, memo })))
    if (note !== undefined) this.#notes.set(record.position, note)
    return record
  }

  /** Random moves, registrations and retirements, the same for the same seed. */
  randomSteps(steps: number, seed: number): this {
    const dice = diceOf(seed)
    const retired: { hash: bigint; from: TestKey }[] = []
    for (let i = 0; i < steps; i++) {
      const issuer = pick(this.keys, dice)
      const own = retired.filter(({ from }) => from === issuer).slice(-2)
      if (dice(6) === 0 && this.assets.length < 8) {
        const asset = this.register(
          issuer,
          `LOT-${this.assets.length}`,
          own.map(({ hash }) => hash),
        )
        for (const used of own) retired.splice(retired.indexOf(used), 1)
        this.move(issuer, MINT, pick(this.keys, dice).account, asset.id, 30n)
        continue
      }
      const asset = pick(this.assets, dice)
      const holder = pick(this.keys, dice)
      const holding = this.world.state.holding(holder.account, asset.id)
      const balance = holding === undefined ? 0n : holding.inTotal - holding.outTotal
      if (balance === 0n) continue
      const amount = 1n + BigInt(dice(Number(balance)))
      const to = dice(5) === 0 ? RETIRED : pick(this.keys, dice).account
      if (to === holder.account) continue
      const { hash } = this.move(holder, holder.account, to, asset.id, amount)
      if (to === RETIRED) retired.push({ hash, from: holder })
    }
    return this
  }

  /** The source of certificates as of the newest state. */
  source(change: Partial<BlockHeader> = {}): CertificateSource {
    const { records, rules, state } = this.world
    const history = new HistoryTree(poseidon)
    const nodes = new Map<string, bigint>()
    const leaves = new Map(
      records.map((record) => [record.position, recordHash(poseidon, record, rules.chainId)]),
    )
    for (let position = 0; position < state.position; position++) {
      const full = history.append([leaves.get(position) ?? 0n])
      for (let i = 0; i < full.size; i++)
        nodes.set(`${full.levels[i]}/${full.indexes[i]}`, fieldAt(full.hashes, i))
    }
    const holdings = this.holdings()
    const tree = this.#stateTree(holdings)
    const { batchSize } = this.genesis
    const header: BlockHeader = {
      ...genesisHeader(this.genesis),
      height: 8,
      view: 9,
      era: 10,
      position: state.position,
      historyRoot: history.root(),
      stateRoot: tree.root,
      batchStateRoot: this.#stateRootAt(batchStart(state.position, batchSize)),
      ...change,
    }
    const index = new RecordIndex(records, this.assets)
    const registrations = new Map(
      records.flatMap(({ kind, assetId, position }) => (kind === 'register' ? [[assetId, position]] : [])),
    )
    return {
      chainId: rules.chainId,
      stateDepth: this.genesis.stateDepth,
      height: header.height - 1,
      header: encodeHeader(header),
      later: undefined,
      finality: this.finality(header),
      historySize: header.position,
      stateSize: holdings.length,
      walk: async (request) => {
        const asked = new Asked(index, (id) => registrations.get(id))
        trace(asked, request)
        return asked
      },
      records: async (positions) => positions.map((position) => this.#certified(position)),
      holdings: async (indexes) => indexes.map((i) => holdings[i]!),
      historyNodes: async (wanted) =>
        wanted.map(({ level, index }) => history.node(level, index, (l, i) => nodes.get(`${l}/${i}`)!)),
      stateNodes: async (wanted) => wanted.map((node) => stateNode(tree, node)),
    }
  }

  /** The votes of these validators for a header, encoded as a certificate; by default those of a quorum, and final. */
  finality(header: BlockHeader, { voters = this.quorum(), kind = 'finalize' }: Voting = {}): Uint8Array {
    const subject = { kind, view: header.view, hash: bytesToHex(blockHash(header)) }
    const message = voteMessage(this.world.rules.chainId, subject)
    const signatures = voters.map((validator) => ({
      validator,
      signature: signEd25519(seedsOf(validator)[0]!, message),
    }))
    return encodeCertificate({ ...subject, signatures }, this.genesis.validators.length)
  }

  /** The first validators that make a quorum. */
  quorum(): number[] {
    return Array.from({ length: quorum(this.genesis.validators.length) }, (_, i) => i)
  }

  #certified(position: number): CertifiedRecord {
    const { fromHolding, toHolding, toStart, blockEra } = this.world.records.find(
      (r) => r.position === position,
    )!
    const action = this.#actions.get(position)
    if (action === undefined) return genesisRecord(position)
    return {
      position,
      action: partsOfAction(action),
      fromHolding,
      toHolding,
      toStart,
      blockEra,
      note: this.#notes.get(position),
    }
  }

  /** The batches before a header's position, with a proof of each full one that was not computed from the genesis. */
  batches(end: number): BatchClaim[] {
    const { batchSize } = this.genesis
    const { chainId } = this.world.rules
    return Array.from({ length: batchCount(end, batchSize) }, (_, index) => {
      const range = positionsOf(index, batchSize)
      const isIn = (record: LedgerRecord) =>
        record.position >= range.first && record.position < Math.min(range.end, end)
      const records = this.world.records.filter(isIn)
      const recordsRoot = recordsRootOf(poseidon, records, { chainId, batchSize })
      const claim = { index, recordsRoot, proof: null, publicSignals: null }
      if (index < firstBatchOf(this.genesis) || range.end > end) return claim
      const signals = {
        chainId,
        index: BigInt(index),
        stateRootBefore: this.#stateRootAt(range.first),
        stateRootAfter: this.#stateRootAt(range.end),
        recordsRoot,
        counts: packCounts(countRecords(records)),
        ...dataSignals(recordsRoot, encodeBatchData(records), batchSize),
      }
      return { ...claim, ...simulatedProof(signals, this.#key) }
    })
  }

  /** The file with the proofs of all batches before an encoded header, and what makes it final. */
  proofs(
    header: Uint8Array,
    change: (claims: BatchClaim[]) => BatchClaim[] = (claims) => claims,
  ): Promise<string> {
    const decoded = decodeHeader(header)
    const claims = change(this.batches(decoded.position))
    return encodeProofs(this.genesis, this.#key, {
      header: async () => ({ header, certificate: this.finality(decoded) }),
      async *batches() {
        yield* claims
      },
    })
  }

  #stateTree(holdings: readonly CertifiedHolding[]): StateTree {
    const tree = new StateTree(poseidon, this.genesis.stateDepth)
    tree.setLeaves(holdings.map((holding) => [holding.index, leafHash(poseidon, holding)] as const))
    return tree
  }

  /** State root before the record of a position. */
  #stateRootAt(position: number): bigint {
    return this.#stateTree(this.holdings(position)).root
  }

  /** All holdings, from the records before a position. */
  holdings(end = Number.POSITIVE_INFINITY): CertifiedHolding[] {
    const holdings: CertifiedHolding[] = []
    for (const record of this.world.records) {
      const { kind, to, assetId, amount, fromHolding, toHolding } = record
      if (record.position >= end) break
      if (kind !== 'register') holdings[fromHolding]!.outTotal += amount
      holdings[toHolding] ??= { index: toHolding, account: to, assetId, inTotal: 0n, outTotal: 0n }
      holdings[toHolding].inTotal += amount
    }
    return holdings
  }
}

function stateNode(tree: StateTree, { level, index }: NodeIndex): bigint {
  return fieldAt(tree.quad(level, Math.floor(index / 4)), index % 4)
}

function fieldAt(bytes: Uint8Array, i: number): bigint {
  return BigInt(`0x${bytesToHex(bytes.subarray(32 * i, 32 * i + 32))}`)
}

/** A small generator of numbers below n, the same for the same seed (xorshift32). */
export function diceOf(seed: number): (n: number) => number {
  let state = seed | 1
  return (n) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % n
  }
}

export function pick<T>(list: readonly T[], dice: (n: number) => number): T {
  return list[dice(list.length)]!
}
