import { utf8 } from '../../../src/codec/bytes.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type BlockHeader, blockHash, genesisHeader } from '../../../src/ledger/header.ts'
import type { LedgerState } from '../../../src/ledger/ledger-state.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { type Rules, rulesOf } from '../../../src/ledger/rules.ts'
import { commitBlock } from '../../../src/storage/commit-block.ts'
import type { Database } from '../../../src/storage/database.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { HeaderLog } from '../ledger/header-log.ts'

/** A chain in a database to which a test adds blocks without a node. Its headers have no roots of trees. */
export class StoredChain {
  readonly database: Database
  readonly rules: Rules
  readonly state: LedgerState
  readonly records: LedgerRecord[]
  header: BlockHeader
  readonly #log: HeaderLog

  constructor(database: Database, genesis: Genesis) {
    this.database = database
    this.rules = rulesOf(poseidon, genesis)
    const { state, records } = applyGenesis(poseidon, genesis)
    this.state = state
    this.records = [...records]
    this.header = genesisHeader(genesis)
    this.#log = new HeaderLog(this.header)
  }

  /** Applies actions as the next block and commits it. */
  async commit(
    actions: readonly HashedAction[],
    notes: readonly (string | undefined)[] = [],
  ): Promise<LedgerRecord[]> {
    const parent = this.header
    const header = {
      ...parent,
      height: parent.height + 1,
      view: parent.view + 1,
      era: parent.era + 1,
      parentHash: blockHash(parent),
      bodyHash: sha256(utf8(`body ${parent.height + 1}`)),
      position: this.state.position,
      logRoot: this.#log.root,
      ...(await this.roots()),
    }
    const result = applyBlock(this.state, { era: header.era, actions }, this.rules)
    if (!result.ok) throw new Error(`action ${result.index}: ${result.rejection.message}`)
    const { records, overlay } = result
    await commitBlock(this.database, {
      header,
      hash: blockHash(header),
      certificate: this.certificateOf(header),
      actions: actions.map(({ action }, i) => ({ action, note: notes[i] })),
      records,
      changes: overlay.changes,
      logTiles: this.#log.add(header),
    })
    this.state.apply(overlay.changes)
    this.header = header
    this.records.push(...records)
    return records
  }

  /** The roots of the trees after the newest block, for the header of the next one. */
  protected async roots(): Promise<Partial<BlockHeader>> {
    return {}
  }

  /** What is stored as the certificate of a block. Nothing that is tested with this chain reads it. */
  protected certificateOf(_header: BlockHeader): Uint8Array {
    return new Uint8Array([1])
  }
}
