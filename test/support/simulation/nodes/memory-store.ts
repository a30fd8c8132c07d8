import { bytesToHex, equalBytes } from '../../../../src/codec/bytes.ts'
import { Failure } from '../../../../src/config/failure.ts'
import { MAX_UNCERTIFIED } from '../../../../src/consensus/certify.ts'
import {
  decodeCertificate,
  decodeProposal,
  decodeVote,
  encodeCertificate,
  encodeProposal,
  encodeVote,
} from '../../../../src/consensus/codec.ts'
import { accusedBy, equivocate } from '../../../../src/consensus/evidence.ts'
import type { Evidence, Vote, Write } from '../../../../src/consensus/types.ts'
import { encodeAction } from '../../../../src/ledger/action-codec.ts'
import type { GenesisResult } from '../../../../src/ledger/apply-genesis.ts'
import { encodeBody } from '../../../../src/ledger/body.ts'
import type { Genesis } from '../../../../src/ledger/genesis.ts'
import { blockHash, encodeHeader, genesisHeader } from '../../../../src/ledger/header.ts'
import { LedgerState } from '../../../../src/ledger/ledger-state.ts'
import { append, EMPTY_FRONTIER, type Frontier, logRootOf } from '../../../../src/log/frontier.ts'
import { entryHash } from '../../../../src/log/merkle.ts'
import type { Tile } from '../../../../src/log/tiles.ts'
import type { NodeStore } from '../../../../src/node/store.ts'
import type { KeptCheckpoint } from '../../../../src/storage/checkpoints.ts'
import type { FinalBlock } from '../../../../src/storage/commit-block.ts'
import type { StoredEntry } from '../../../../src/storage/pool-store.ts'
import type { FinalBlockRow } from '../../../../src/storage/reads/final-blocks.ts'

/** As in src/storage: items of evidence per validator. */
const MAX_EVIDENCE_OF_ONE = 100

/** What a node's database holds. It outlives the node. */
export class MemoryDisk {
  readonly genesis: Genesis
  /** By height. */
  readonly blocks: FinalBlock[]
  readonly pool = new Map<bigint, StoredEntry>()
  /** Encoded; keys order them by view, then kind. */
  votes: { vote: Vote; bytes: Uint8Array }[] = []
  readonly proposals = new Map<string, { view: number; bytes: Uint8Array }>()
  readonly certificates = new Map<string, { view: number; kind: string; bytes: Uint8Array }>()
  readonly evidence = new Map<string, Evidence>()
  checkpoints: readonly KeptCheckpoint[] = []
  /** Hashes of all records. */
  readonly final = new Set<bigint>()
  /** Called once writes are durable. */
  onPersist: (writes: readonly Write[]) => void = () => undefined
  onCommit: (block: FinalBlock) => void = () => undefined

  constructor(genesis: Genesis, { changes, records }: GenesisResult) {
    this.genesis = genesis
    const header = genesisHeader(genesis)
    this.blocks = [
      { header, hash: blockHash(header), certificate: null, actions: [], records, changes, logTiles: [] },
    ]
    for (const { hash } of records) this.final.add(hash)
  }

  get tip(): FinalBlock {
    return this.blocks.at(-1)!
  }

  /** A copy, as a backup makes it. */
  copy(): MemoryDisk {
    const copy: MemoryDisk = Object.create(MemoryDisk.prototype)
    return Object.assign(copy, {
      genesis: this.genesis,
      blocks: [...this.blocks],
      pool: new Map(this.pool),
      votes: [...this.votes],
      proposals: new Map(this.proposals),
      certificates: new Map(this.certificates),
      evidence: new Map(this.evidence),
      checkpoints: this.checkpoints,
      final: new Set(this.final),
    })
  }

  persist(writes: readonly Write[]): void {
    const validators = this.genesis.validators.length
    const votes = writes.flatMap((write) => (write.type === 'vote' ? [write.vote] : []))
    for (const vote of votes) {
      const other = this.votes.find((stored) => conflicts(stored.vote, vote))
      if (other !== undefined)
        throw new Error(`a ${vote.kind} vote in view ${vote.view} breaks a key of the vote table`)
    }
    for (const write of writes) {
      if (write.type === 'proposal') {
        const { hash, header } = write.proposal
        if (!this.proposals.has(hash))
          this.proposals.set(hash, { view: header.view, bytes: encodeProposal(write.proposal, validators) })
      } else if (write.type === 'certificate') {
        const { view, kind } = write.certificate
        if (!this.certificates.has(`${view}/${kind}`))
          this.certificates.set(`${view}/${kind}`, {
            view,
            kind,
            bytes: encodeCertificate(write.certificate, validators),
          })
      }
    }
    for (const vote of votes)
      if (!this.votes.some((stored) => isSame(stored.vote, vote)))
        this.votes.push({ vote, bytes: encodeVote(vote) })
    this.onPersist(writes)
  }

  prune(through: number): void {
    this.votes = this.votes.filter(({ vote }) => vote.view > through)
    for (const stored of [this.proposals, this.certificates])
      for (const [key, { view }] of stored) if (view <= through) stored.delete(key)
  }

  commit(block: FinalBlock): void {
    const { height, parentHash } = block.header
    const stored = this.blocks[height]
    if (stored !== undefined) {
      if (equalBytes(stored.hash, block.hash)) return
      throw new Error(`another block is final at height ${height}`)
    }
    if (this.tip.header.height !== height - 1 || !equalBytes(this.tip.hash, parentHash))
      throw new Failure('WRONG_PARENT', `block ${height} cannot be stored`)
    const holdings = new Map([...block.changes.holdings].map(([index, holding]) => [index, { ...holding }]))
    const { assets, retirements, reservations, usages } = block.changes
    const copies = {
      holdings,
      assets: [...assets],
      retirements: new Map(retirements),
      reservations: new Map(reservations),
      usages: new Map(usages),
    }
    const changes = { ...block.changes, ...copies }
    this.blocks.push({ ...block, actions: [...block.actions], records: [...block.records], changes })
    for (const { hash } of block.records) {
      this.pool.delete(hash)
      this.final.add(hash)
    }
    this.onCommit(block)
  }

  insertEvidence(evidence: Evidence): void {
    const { validator, view } = accusedBy(evidence)
    const own = [...this.evidence.values()].filter((item) => accusedBy(item).validator === validator)
    const key = `${validator}/${view}/${evidence.type}`
    if (own.length < MAX_EVIDENCE_OF_ONE && !this.evidence.has(key)) this.evidence.set(key, evidence)
  }

  state(seed: number): LedgerState {
    const state = new LedgerState(seed)
    for (const { changes } of this.blocks) state.apply(changes)
    return state
  }

  log(): Frontier {
    let log = EMPTY_FRONTIER
    for (const { header } of this.blocks) {
      if (!equalBytes(header.logRoot, logRootOf(log)))
        throw new Failure('DATABASE_DAMAGED', `the headers before block ${header.height} have another root`)
      log = append(log, entryHash(encodeHeader(header))).frontier
    }
    return log
  }

  /** Computed from the headers, as often as it is asked for. */
  logTile({ level, index, width }: Tile): Uint8Array[] {
    let log = EMPTY_FRONTIER
    const hashes: Uint8Array[] = []
    for (const { header } of this.blocks) {
      const leaf = entryHash(encodeHeader(header))
      const { frontier, full } = append(log, leaf)
      log = frontier
      if (level === 0) hashes.push(leaf)
      else hashes.push(...full.filter((root) => root.level === level).map(({ hash }) => hash))
    }
    return hashes.slice(256 * index, 256 * index + width)
  }

  row({ header, hash, certificate, actions }: FinalBlock): FinalBlockRow {
    const notes = actions.flatMap(({ note }, i): [number, string][] =>
      note === undefined ? [] : [[i, note]],
    )
    const body = encodeBody(actions.map(({ action }) => encodeAction(action)))
    return { header, hash: bytesToHex(hash), certificate, body, notes: new Map(notes) }
  }
}

/**
 * A NodeStore in memory.
 * @param run carries out one operation, which does everything or nothing, when and if it likes
 */
export function memoryStore(
  disk: MemoryDisk,
  run: <T>(name: keyof NodeStore, work: () => T) => Promise<T> = async (_, work) => work(),
): NodeStore {
  const validators = disk.genesis.validators.length
  const limits = { validators, maxBodyBytes: disk.genesis.limits.maxBodyBytes }
  return {
    tip: () =>
      run('tip', () => {
        const { header, hash, certificate, records } = disk.tip
        return { header, hash, certificate, recordCount: records.length }
      }),
    state: (_, seed) => run('state', () => disk.state(seed)),
    log: () => run('log', () => disk.log()),
    logTile: (tile) => run('logTile', () => disk.logTile(tile)),
    consensus: () => run('consensus', () => loadConsensus(disk, limits)),
    pool: () => run('pool', () => [...disk.pool.values()]),
    persist: (writes) => run('persist', () => disk.persist(writes)),
    prune: (view) => run('prune', () => disk.prune(view)),
    commit: (block) => run('commit', () => disk.commit(block)),
    insertPool: (entries) =>
      run('insertPool', () => {
        for (const { hash, bytes, note } of entries)
          if (!disk.pool.has(hash)) disk.pool.set(hash, { bytes, note })
      }),
    deletePool: (hashes) =>
      run('deletePool', () => {
        for (const hash of hashes) disk.pool.delete(hash)
      }),
    // At once: what a simulation decides by chance does not depend on it.
    checkpoints: async () =>
      [...disk.checkpoints]
        .sort((a, b) => a.size - b.size || bytesToHex(a.root).localeCompare(bytesToHex(b.root)))
        .map((kept) => ({ ...kept, logRoot: disk.blocks[kept.size]?.header.logRoot })),
    keepCheckpoints: async (checkpoints) => {
      disk.checkpoints = checkpoints
    },
    insertEvidence: (evidence) => run('insertEvidence', () => disk.insertEvidence(evidence)),
    isFinal: (hash) => run('isFinal', () => disk.final.has(hash)),
    newestCertified: () =>
      run('newestCertified', () => {
        for (const { header, hash, certificate } of disk.blocks.slice(-MAX_UNCERTIFIED - 1).reverse()) {
          const decoded = certificate && decodeCertificate(certificate, validators)
          if (decoded?.hash === bytesToHex(hash)) return { header, certificate: decoded }
        }
        return undefined
      }),
    block: (hash) =>
      run('block', () => {
        const found = disk.blocks.find((block) => bytesToHex(block.hash) === hash)
        return found && disk.row(found)
      }),
    blocks: ({ from, count, maxRecords }) =>
      run('blocks', () => {
        let records = 0
        const fitting = disk.blocks.slice(from, from + count).filter((block, i) => {
          records += block.records.length
          return i === 0 || records <= maxRecords
        })
        return fitting.map((block) => disk.row(block))
      }),
  }
}

function loadConsensus(disk: MemoryDisk, limits: { validators: number; maxBodyBytes: number }) {
  const byView = <T extends { view: number }>(stored: Iterable<T>) =>
    [...stored].sort((a, b) => a.view - b.view)
  const kinds = ['notarize', 'skip', 'finalize']
  const order = (a: { view: number; kind: string }, b: { view: number; kind: string }) =>
    a.view - b.view || kinds.indexOf(a.kind) - kinds.indexOf(b.kind)
  return {
    votes: [...disk.votes].sort((a, b) => order(a.vote, b.vote)).map(({ bytes }) => decodeVote(bytes)),
    proposals: byView(disk.proposals.values()).map(({ bytes }) => decodeProposal(bytes, limits)),
    certificates: [...disk.certificates.values()]
      .sort(order)
      .map(({ bytes }) => decodeCertificate(bytes, limits.validators)),
  }
}

function isSame(a: Vote, b: Vote): boolean {
  return a.view === b.view && a.kind === b.kind
}

/** The keys of the vote table: (view, kind), unless the bytes are the same, and (view) among skip and finalize. */
function conflicts(a: Vote, b: Vote): boolean {
  return isSame(a, b)
    ? !equalBytes(encodeVote(a), encodeVote(b))
    : equivocate({ ...a, validator: 0 }, { ...b, validator: 0 })
}
