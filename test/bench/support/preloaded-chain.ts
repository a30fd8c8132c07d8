import { bytesToHex } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { applyGenesis, type GenesisResult } from '../../../src/ledger/apply-genesis.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import { blockHash, genesisHeader } from '../../../src/ledger/header.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import type { Holding, StateChanges } from '../../../src/ledger/state.ts'
import { openTrees } from '../../../src/node/trees/open-trees.ts'
import { commitBlock } from '../../../src/storage/commit-block.ts'
import type { Database } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { saveTreeNodes } from '../../../src/storage/tree-store.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { HeaderLog } from '../../support/ledger/header-log.ts'

/** Holdings opened by one block of the preload. */
const CHUNK = 20_000

/** The asset that everything here moves; its issuer is in the genesis's first definition. */
export interface Preload {
  /** Accounts that get a holding with `amount` units each, in order. */
  accounts: bigint[]
  amount: bigint
}

/**
 * Fills an empty database with a chain on which the genesis's first asset was issued to many accounts, trees included. Hashes of the
 * issues are made up, and nobody signed them: only their number matters here.
 */
export async function preloadChain(
  database: Database,
  genesis: Genesis,
  { accounts, amount }: Preload,
): Promise<void> {
  const made = await initialized(database, genesis)
  const asset = made.changes.assets[0]!
  const trees = await openTrees(database, poseidon, {
    chainId: chainIdOf(genesis),
    batchSize: genesis.batchSize,
    depth: genesis.stateDepth,
  })
  let header = genesisHeader(genesis)
  const log = new HeaderLog(header)
  let position = made.firstPosition
  let index = made.state.holdingCount
  let mint = made.state.holdingAt(asset.mintHolding)
  for (let done = 0; done < accounts.length; done += CHUNK) {
    const parentHash = blockHash(header)
    const { height } = header
    header = {
      ...header,
      ...trees.roots,
      height: height + 1,
      view: height + 1,
      era: height + 1,
      parentHash,
      logRoot: log.root,
      position,
    }
    const records: LedgerRecord[] = []
    const holdings = new Map<number, Holding>()
    for (const account of accounts.slice(done, done + CHUNK)) {
      records.push({
        position,
        kind: 'issue',
        hash: h31(`issue ${position}`),
        from: MINT,
        to: account,
        assetId: asset.id,
        amount,
        fromStart: mint.outTotal,
        toStart: 0n,
        era: header.era,
        blockEra: header.era,
        memo: 0n,
        fromHolding: mint.index,
        toHolding: index,
        flags: 1,
      })
      holdings.set(index, { index, account, assetId: asset.id, inTotal: amount, outTotal: 0n })
      mint = { ...mint, outTotal: mint.outTotal + amount }
      position += 1
      index += 1
    }
    holdings.set(mint.index, mint)
    const changes: StateChanges = {
      holdings,
      ...{ assets: [], retirements: new Map(), reservations: new Map() },
      usages: new Map([...made.changes.usages].map(([key, usage]) => [key, { ...usage, holdings: index }])),
      holdingCount: index,
      position,
    }
    const hash = blockHash(header)
    trees.add({
      hash: bytesToHex(hash),
      parentHash: bytesToHex(parentHash),
      holdings: [...holdings.values()],
      records,
    })
    await commitBlock(database, {
      header,
      hash,
      certificate: fakeCertificate(header.view, hash),
      actions: [],
      records,
      changes,
      logTiles: log.add(header),
    })
    await saveTreeNodes(database, header.height, trees.finalize(bytesToHex(hash)))
  }
  await database.sql`ANALYZE`
}

async function initialized(database: Database, genesis: Genesis): Promise<GenesisResult> {
  await migrateDatabase(database)
  const made = applyGenesis(poseidon, genesis)
  await initializeChain(database, genesis, made)
  return made
}

/** Of the right form for one validator; nobody looks at the signature of what is final already. */
export function fakeCertificate(view: number, hash: Uint8Array): Uint8Array {
  const signatures = [{ validator: 0, signature: new Uint8Array(64) }]
  return encodeCertificate({ kind: 'finalize', view, hash: bytesToHex(hash), signatures }, 1)
}
