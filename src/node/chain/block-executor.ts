import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import type { Proposal, Roots, TreeRoots } from '../../consensus/types.ts'
import { sha256 } from '../../crypto/hash.ts'
import { actionId, decodeAction } from '../../ledger/action-codec.ts'
import { type HashedAction, hashAction } from '../../ledger/action-hash.ts'
import { applyBlock } from '../../ledger/apply-block.ts'
import { decodeBody, encodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import type { BlockHeader } from '../../ledger/header.ts'
import { type Rejection, RejectionError, reject } from '../../ledger/rejection.ts'
import type { Rules } from '../../ledger/rules.ts'
import type { Pool } from '../../mempool/pool.ts'
import { type Selection, selectForBlock } from '../../mempool/select.ts'
import { Stages } from '../../telemetry/stages.ts'
import type { Signatures } from '../intake/signatures.ts'
import type { BlockDelta } from '../trees/trees.ts'
import type { AppliedBlock, BlockAction, Chain } from './chain.ts'

/** The hash worker, as the executor uses it. */
export interface Hasher {
  /** Hashes a block whose parent was added before or is final. @returns the roots after it */
  add(block: BlockDelta): Promise<{ roots: TreeRoots; ms: number }>
  finalize(block: { hash: string; height: number }): Promise<void>
}

/** What the executor works with. */
export interface ExecutorParts {
  chain: Chain
  pool: Pool
  signatures: Signatures
  hasher: Hasher
  rules: Rules
  limits: Pick<Limits, 'maxRecords' | 'maxBodyBytes'>
  /** What is known of an action that was seen before, by its id (SHA-256 of its bytes, hex). */
  known(id: string): { note: string | undefined; hashed?: HashedAction | undefined } | undefined
  /** Roots of the trees after the tip. */
  roots: TreeRoots
}

/** What a leader puts into a header and a body. */
export interface BlockContent {
  body: Uint8Array
  bodyHash: Uint8Array
  /** Position of the block's first record. */
  position: number
}

/** An action with its id, the SHA-256 of its bytes. */
type NamedAction = BlockAction & { id: Uint8Array }

interface Built extends Selection {
  parentHash: string
  era: number
  bodyHash: Uint8Array
  stages: Stages
}

/**
 * Takes a block through the node: builds it from the pool or executes a received one, has it hashed in the background, and finalizes it in
 * memory. It neither stores nor votes. PROTOCOL.md, "Applying a block".
 */
export class BlockExecutor {
  readonly #parts: ExecutorParts
  /** This and the next two have entries of the tip and of the chain's unfinal blocks only; others go with the next final block. */
  readonly #roots = new Map<string, Promise<Roots>>()
  readonly #stages = new Map<string, Stages>()
  /** Milliseconds that hashing a block took; logged with its child, because hashing ends after the block is final. */
  readonly #hashMs = new Map<string, number>()
  #built: Built | undefined
  /** Blocks that the hasher has not answered yet. */
  #hashing = 0

  constructor(parts: ExecutorParts) {
    this.#parts = parts
    const { tip } = parts.chain
    this.#roots.set(tip.hash, Promise.resolve({ ...parts.roots, logRoot: this.#logRootAfter(tip.hash) }))
  }

  /** Blocks whose roots are being computed. */
  get hashLag(): number {
    return this.#hashing
  }

  /** Roots after the tip or a block above it; undefined for any other block. */
  rootsAfter(hash: string): Promise<Roots> | undefined {
    return this.#roots.get(hash)
  }

  /** Milliseconds per stage of a block that is not final yet. */
  stagesOf(hash: string): Stages {
    let stages = this.#stages.get(hash)
    if (stages === undefined) {
      stages = new Stages()
      this.#stages.set(hash, stages)
    }
    return stages
  }

  /** Chooses a block's content from the pool, for the leader. `execute` does not check such content again. The parent must be known here. */
  build(place: { parentHash: string; era: number; empty: boolean }): BlockContent {
    const { chain, pool, rules, limits } = this.#parts
    const state = chain.stateAfter(place.parentHash)
    if (state === undefined) throw new Error('a leader builds on a parent it does not have')
    const stages = new Stages()
    const started = performance.now()
    const room = { era: place.era, maxBodyBytes: limits.maxBodyBytes, rules }
    const selection = selectForBlock(place.empty ? undefined : pool.shares, state, room)
    const body = encodeBody(selection.entries.map(({ bytes }) => bytes))
    const bodyHash = sha256(body)
    stages.add('select', performance.now() - started)
    this.#built = { ...place, ...selection, bodyHash, stages }
    return { body, bodyHash, position: state.position }
  }

  /**
   * Checks a proposed block in stages (place, body, signatures, rules), applies it to an overlay of its parent's state, and has its roots
   * computed. Whether the header's own roots are right is for consensus to compare.
   * @returns why it is invalid, or null. A block known here is valid.
   */
  async execute({
    header,
    hash,
    body,
  }: Pick<Proposal, 'header' | 'hash' | 'body'>): Promise<Rejection | null> {
    const { chain, rules } = this.#parts
    if (chain.block(hash) !== undefined || chain.tip.hash === hash) return null
    const misplaced = chain.checkPlace(header)
    if (misplaced !== null) return misplaced
    const own = this.#takeBuilt(header)
    if (own !== undefined) {
      this.#add(
        { header, hash, actions: own.entries, records: own.records, overlay: own.overlay },
        own.stages,
      )
      return null
    }
    const stages = new Stages()
    const actions = await stages.time('decode', () => this.#decode(header, body))
    if (!Array.isArray(actions)) return actions
    const forged = await stages.time('signatures', () => this.#checkSignatures(actions))
    if (forged !== null) return forged
    // The chain may have moved while signatures were checked.
    const state = chain.stateAfter(bytesToHex(header.parentHash))
    if (state === undefined) return reject('BAD_BLOCK', { reason: 'its parent was given up' })
    const result = await stages.time('apply', () => applyBlock(state, { era: header.era, actions }, rules))
    if (!result.ok) return result.rejection
    this.#add({ header, hash, actions, records: result.records, overlay: result.overlay }, stages)
    return null
  }

  /** Applies a stored child of the tip to the final state, the pool and the trees. */
  finalize(hash: string): { block: AppliedBlock; evicted: number; stages: Stages } {
    const { chain, pool, hasher } = this.#parts
    const stages = this.stagesOf(hash)
    const oldTip = chain.tip.hash
    const block = chain.finalize(hash)
    const { height, era } = block.header
    const started = performance.now()
    const { evicted } = pool.finalize({
      ...{ height, era, records: block.records },
      retirements: block.overlay.changes.retirements,
    })
    stages.add('pool', performance.now() - started)
    // If the worker fails, its own handler ends the process.
    hasher.finalize({ hash, height }).catch(() => undefined)
    this.#stages.delete(hash)
    this.#roots.delete(oldTip)
    for (const known of this.#roots.keys()) {
      if (known !== hash && chain.block(known) === undefined) this.#roots.delete(known)
    }
    for (const known of this.#stages.keys()) if (chain.block(known) === undefined) this.#stages.delete(known)
    for (const known of this.#hashMs.keys()) if (!this.#roots.has(known)) this.#hashMs.delete(known)
    return { block, evicted: evicted.length, stages }
  }

  #add(block: AppliedBlock, stages: Stages): void {
    this.#parts.chain.add(block)
    this.#stages.set(block.hash, stages)
    this.#hashing += 1
    const delta = {
      hash: block.hash,
      parentHash: bytesToHex(block.header.parentHash),
      holdings: [...block.overlay.changes.holdings.values()],
      records: block.records,
    }
    stages.add('parentHash', this.#hashMs.get(delta.parentHash) ?? 0)
    const logRoot = this.#logRootAfter(block.hash)
    const hashed = this.#parts.hasher.add(delta).then(({ roots, ms }) => {
      this.#hashMs.set(block.hash, ms)
      return { ...roots, logRoot }
    })
    // Whoever awaits the roots sees the failure; until then it must not count as an unhandled rejection.
    hashed
      .catch(() => undefined)
      .finally(() => {
        this.#hashing -= 1
      })
    this.#roots.set(block.hash, hashed)
  }

  #logRootAfter(hash: string): Uint8Array {
    const log = this.#parts.chain.logAfter(hash)
    if (log === undefined) throw new Error(`block ${hash} is not in the chain`)
    return log.root
  }

  /** The content that was built last, if this header belongs to it; it is handed out once. */
  #takeBuilt(header: BlockHeader): Built | undefined {
    const built = this.#built
    const isOurs =
      built !== undefined &&
      built.parentHash === bytesToHex(header.parentHash) &&
      built.era === header.era &&
      equalBytes(built.bodyHash, header.bodyHash)
    if (!isOurs) return undefined
    this.#built = undefined
    return built
  }

  #decode(header: BlockHeader, body: Uint8Array): NamedAction[] | Rejection {
    if (!equalBytes(sha256(body), header.bodyHash)) return reject('BAD_BLOCK', { reason: 'body hash' })
    try {
      return decodeBody(body, this.#parts.limits).map((bytes) => this.#read(bytes))
    } catch (error) {
      if (error instanceof RejectionError) return error.rejection
      throw error
    }
  }

  /** Reads an action of a body, or takes it as it was read when it entered the pool. @throws RejectionError */
  #read(bytes: Uint8Array): NamedAction {
    const id = actionId(bytes)
    const known = this.#parts.known(bytesToHex(id))
    const { action, hash } = known?.hashed ?? hashAction(this.#parts.rules.poseidon, decodeAction(bytes))
    return { id, action, hash, bytes, note: known?.note ?? this.#parts.pool.get(hash)?.note }
  }

  async #checkSignatures(actions: readonly NamedAction[]): Promise<Rejection | null> {
    const results = await this.#parts.signatures.check(actions)
    return results.find((result) => result !== null) ?? null
  }
}
