import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { startEmbedded } from '../../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { certificateSource } from '../../../src/storage/reads/certificates.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey } from '../../support/ledger/ledger-world.ts'
import { bigGenesis, playTransfers } from './big-history.ts'
import { CertifiedStoredChain, storeTrees } from './certified-stored-chain.ts'
import { cpuMs, median } from './report.ts'

/** Transfers of others, in all. */
const OTHERS = 20_000
/** Moves of a thing per block. */
const PER_BLOCK = 50
const [ann, bea] = [eddsaKey('ann'), eddsaKey('bea')] as const
const thing = (hops: number) => definitionOf(ann, { code: `THING-${hops}`, cap: '1' })

/** Milliseconds of this process's processor time that making a certificate from a database takes, by the number of its hops: medians. Nobody signed its records. */
export async function certificateTimes(
  hops: readonly number[],
  rounds: number,
): Promise<Map<number, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { max: 4, genericPlans: true })
  try {
    const genesis = await writeHistory(database, hops)
    const times = new Map<number, number>()
    for (const count of hops) {
      const took: number[] = []
      for (let i = 0; i <= rounds; i++) took.push(await cpuMs(() => make(database, genesis, count)))
      times.set(count, median(took.slice(1)))
    }
    return times
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function make(database: Database, genesis: Genesis, hops: number): Promise<void> {
  const budget = { left: 1_000_000, max: 1_000_000 }
  const source = await certificateSource(database, genesis, poseidon, { budget })
  const asset = assetIdOf(poseidon, thing(hops))
  const certificate = await makeCertificate(source, { asset, direction: 'BACKWARD' })
  // The registration and the hops.
  if (certificate.records.length !== hops + 1) throw new Error(`${certificate.records.length} records`)
  encodeCertificate(certificate)
}

async function writeHistory(database: Database, hops: readonly number[]): Promise<Genesis> {
  await migrateDatabase(database)
  const { genesis: big, cast } = bigGenesis(100, 10)
  const definitions = [...big.definitions, ...hops.map(thing)]
  const issues = hops.map((count) => ({ to: ann.account, asset: `THING-${count}`, amount: 1n }))
  const genesis = { ...big, definitions, allocations: [...big.allocations, ...issues] }
  await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  const chain = new CertifiedStoredChain(database, genesis)
  const blocks = Math.ceil(Math.max(...hops) / PER_BLOCK)
  const left = new Map(hops.map((count) => [assetIdOf(poseidon, thing(count)), count - 1]))
  for (let block = 0; block < blocks; block++) {
    const size = Math.ceil(OTHERS / blocks)
    await playTransfers(chain, cast, size, size)
    const moves = [...left].flatMap(([asset, count]) => {
      const now = Math.min(count, PER_BLOCK)
      left.set(asset, count - now)
      return Array.from({ length: now }, (_, i) => move(chain, asset, i))
    })
    if (moves.length > 0) await chain.commit(moves)
  }
  // A certificate is as of the block before the newest.
  await playTransfers(chain, cast, 1, 1)
  await storeTrees(database, genesis)
  await database.sql`VACUUM ANALYZE`
  return genesis
}

/** The next move of a thing but `ahead`, to and fro; nobody signs it. */
function move(chain: CertifiedStoredChain, assetId: bigint, ahead: number): HashedAction {
  const of = (account: bigint) => chain.state.holding(account, assetId)
  const isAnns = of(ann.account)!.inTotal > of(ann.account)!.outTotal
  const [from, to] = isAnns === (ahead % 2 === 0) ? [ann, bea] : [bea, ann]
  const before = of(from.account)?.outTotal ?? 0n
  const transfer = {
    chainId: chain.rules.chainId,
    from: from.account,
    to: to.account,
    assetId,
    fromStart: before + BigInt(Math.floor(ahead / 2)),
    amount: 1n,
    era: chain.header.era + 1,
    memo: 0n,
  }
  return {
    action: { type: 'transfer', transfer, publicKey: from.publicKey, signature: new Uint8Array(64) },
    hash: h31(`move ${assetId} ${chain.header.height} ${ahead}`),
  }
}
