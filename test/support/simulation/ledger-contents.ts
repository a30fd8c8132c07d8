import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '../../../src/codec/bytes.ts'
import type { Proposal, Roots, TreeRoots } from '../../../src/consensus/types.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash, type HashedAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { decodeBody, encodeBody } from '../../../src/ledger/body.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import type { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { rulesOf } from '../../../src/ledger/rules.ts'
import { verifyAction } from '../../../src/ledger/verify-action.ts'
import { append, EMPTY_FRONTIER } from '../../../src/log/frontier.ts'
import { entryHash } from '../../../src/log/merkle.ts'
import type { PoolEntry } from '../../../src/mempool/entry.ts'
import { Pool } from '../../../src/mempool/pool.ts'
import { selectForBlock } from '../../../src/mempool/select.ts'
import { Chain } from '../../../src/node/chain/chain.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signTransfer, type TestKey } from '../ledger/ledger-world.ts'
import { cheapConfig, GENESIS, sha } from './cheap.ts'
import type { Content, Contents } from './contents.ts'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'

const CAP = 1_000_000n
const HOLDERS: TestKey[] = Array.from({ length: 4 }, (_, i) => eddsaKey(`holder ${i}`))
const DEFINITION = definitionOf(HOLDERS[0]!, { cap: CAP.toString() })
const ASSET = assetIdOf(poseidon, DEFINITION)
const genesis = genesisOf({
  definitions: [DEFINITION],
  allocations: HOLDERS.map(({ account }) => ({ to: account, asset: DEFINITION.code, amount: 1_000n })),
})
const { chainId, paramsHash } = cheapConfig(1, undefined)
const rules = { ...rulesOf(poseidon, genesis), chainId }
const limits = { entries: 200, bytes: 1_000_000, perSigner: 100 }

/** Signs, hashes and verifies actions: for real (REAL), or fast and without security (CHEAP). */
export interface Crypto {
  sign(key: TestKey, transfer: Parameters<typeof signTransfer>[1]): SignedAction
  hash(bytes: Uint8Array, action: SignedAction): bigint
  verify(action: HashedAction): boolean
}

const NO_SIGNATURE = new Uint8Array(96).fill(1)

/** Constant signatures and SHA-256. No simulated client forges signatures. */
export const CHEAP: Crypto = {
  sign: ({ publicKey }, transfer) => ({ type: 'transfer', transfer, publicKey, signature: NO_SIGNATURE }),
  hash: (bytes) => BigInt(`0x${bytesToHex(sha(bytes)).slice(0, 60)}`),
  verify: ({ action }) => equalBytes(action.signature, NO_SIGNATURE),
}

/** EdDSA and Poseidon. */
export const REAL: Crypto = {
  sign: signTransfer,
  hash: (_, action) => actionHash(poseidon, action),
  verify: ({ action, hash }) => verifyAction(poseidon, action, hash) === null,
}

/** The real pool and ledger of one node. A block's roots are a hash over all changes up to it, so different states have different roots. */
export class LedgerContents implements Contents {
  readonly #chain: Chain
  readonly #pool: Pool
  readonly #roots = new Map<string, TreeRoots>()
  readonly #crypto: Crypto
  readonly #random: Random
  readonly #disk: Disk

  /** Applies the blocks on the disk again, and admits the actions. */
  constructor(disk: Disk, crypto: Crypto, random: Random) {
    this.#crypto = crypto
    this.#random = random
    this.#disk = disk
    const { state } = applyGenesis(poseidon, genesis)
    const header = { ...genesisHeader(genesis), chainId, paramsHash }
    const log = append(EMPTY_FRONTIER, entryHash(encodeHeader(header))).frontier
    this.#chain = new Chain({ header, hash: GENESIS.hash }, state, log)
    this.#pool = new Pool(state, { ledger: rules, limits })
    this.#roots.set(GENESIS.hash, rootsOf(new Uint8Array(32)))
    for (const block of disk.blocks) {
      if (!this.execute(block))
        throw new Error(`block ${block.header.height}, once final, does not apply any more`)
      this.committed(block)
    }
    for (const bytes of disk.pool) this.#pool.admit(this.#candidate(bytes), 'reload', disk.tip.era)
  }

  build({ parentHash, era, empty }: { parentHash: string; era: number; empty: boolean }): Content {
    const state = this.#chain.stateAfter(parentHash)!
    const room = { era, maxBodyBytes: 100_000, rules }
    const { entries } = selectForBlock(empty ? undefined : this.#pool.shares, state, room)
    return contentOf(
      entries.map(({ bytes }) => bytes),
      state.position,
    )
  }

  other(parentHash: string): Content {
    return contentOf([], this.#chain.stateAfter(parentHash)?.position ?? 0)
  }

  execute({ header, hash, body }: Proposal): boolean {
    if (this.#chain.block(hash) !== undefined || this.#chain.tip.hash === hash) return true
    const parentHash = bytesToHex(header.parentHash)
    const state = this.#chain.stateAfter(parentHash)
    if (state === undefined || !equalBytes(sha(body), header.bodyHash)) return false
    if (this.#chain.checkPlace(header) !== null) return false
    const actions = this.#read(body)
    if (actions === undefined || !actions.every((action) => this.#crypto.verify(action))) return false
    const result = applyBlock(state, { era: header.era, actions }, rules)
    if (!result.ok) return false
    const { overlay, records } = result
    this.#chain.add({ header, hash, actions, records, overlay })
    const changed = [...overlay.changes.holdings.values()].map(
      ({ index, inTotal, outTotal }) => `${index} ${inTotal} ${outTotal}`,
    )
    const before = hexToBytes(this.#roots.get(parentHash)!.stateRoot.toString(16).padStart(64, '0'))
    this.#roots.set(hash, rootsOf(concatBytes(before, new TextEncoder().encode(changed.join()))))
    return true
  }

  /** Only faulty leaders build on a block that was not executed here; its root of the log is wrong then. */
  rootsAfter(hash: string): Roots {
    const logRoot = this.#chain.logAfter(hash)?.root ?? new Uint8Array(32)
    return { ...this.#roots.get(hash)!, logRoot }
  }

  committed({ hash, header }: Proposal): void {
    const { records, overlay } = this.#chain.finalize(hash)
    const { height, era } = header
    this.#pool.finalize({ height, era, records, retirements: overlay.changes.retirements })
    while (this.#pool.hasWork) this.#store(this.#pool.work(era), this.#disk)
    checkSupply(this.#chain.state)
    for (const known of this.#roots.keys()) {
      if (known !== hash && this.#chain.block(known) === undefined) this.#roots.delete(known)
    }
  }

  traffic(era: number, disk: Disk): Uint8Array[] {
    const random = this.#random
    const [from, to] = [HOLDERS[random.below(4)]!, HOLDERS[random.below(4)]!]
    // Some of these are invalid: they move more than the balance, or to the sender.
    const transfer = {
      chainId,
      from: from.account,
      to: to.account,
      assetId: ASSET,
      fromStart: this.#pool.nextStart(from.account, ASSET),
      amount: BigInt(1 + random.below(300)),
      era: era + rules.delay + random.below(3),
      memo: BigInt(random.below(1_000_000)),
    }
    const bytes = encodeAction(this.#crypto.sign(from, transfer))
    return this.#admit(bytes, 'submit', era, disk)
  }

  gossip(bytes: Uint8Array, era: number, disk: Disk): void {
    const candidate = this.#candidate(bytes)
    if (this.#crypto.verify(candidate)) this.#admit(bytes, 'gossip', era, disk)
  }

  #admit(bytes: Uint8Array, source: 'submit' | 'gossip', era: number, disk: Disk): Uint8Array[] {
    const result = this.#pool.admit(this.#candidate(bytes), source, era)
    return result.status === 'ADMITTED' ? this.#store(result.entries, disk) : []
  }

  #store(entries: PoolEntry[], disk: Disk): Uint8Array[] {
    for (const entry of entries) {
      entry.durable = true
      disk.pool.push(entry.bytes)
    }
    return entries.map(({ bytes }) => bytes)
  }

  #candidate(bytes: Uint8Array) {
    const action = decodeAction(bytes)
    return { action, bytes, hash: this.#crypto.hash(bytes, action), note: undefined }
  }

  #read(body: Uint8Array) {
    try {
      return decodeBody(body, { maxRecords: rules.maxRecords, maxBodyBytes: 100_000 }).map((bytes) =>
        this.#candidate(bytes),
      )
    } catch (error) {
      if (error instanceof RejectionError) return undefined
      throw error
    }
  }
}

/** Checks that no unit is created or lost: the balances of mint, holders and retired units add up to the cap. @throws Error otherwise */
function checkSupply(state: LedgerState): void {
  let sum = 0n
  for (let index = 0; index < state.holdingCount; index++) {
    const { inTotal, outTotal } = state.holdingAt(index)
    if (outTotal > inTotal) throw new Error(`holding ${index} gave ${outTotal} of ${inTotal}`)
    sum += inTotal - outTotal
  }
  if (sum !== CAP || state.holding(MINT, ASSET) === undefined)
    throw new Error(`there are ${sum} units, but the cap is ${CAP}`)
}

function contentOf(actions: readonly Uint8Array[], position: number): Content {
  const body = encodeBody(actions)
  return { body, bodyHash: sha(body), position }
}

function rootsOf(digested: Uint8Array): TreeRoots {
  const root = BigInt(`0x${bytesToHex(sha(digested)).slice(0, 60)}`)
  return { stateRoot: root, historyRoot: root + 1n, batchStateRoot: root + 2n }
}
