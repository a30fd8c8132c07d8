import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ed25519PublicKey } from '../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { h31 } from '../../src/crypto/h31.ts'
import type { SignedAction } from '../../src/ledger/action.ts'
import { decodeAction, encodeAction } from '../../src/ledger/action-codec.ts'
import { actionHash } from '../../src/ledger/action-hash.ts'
import { encodeBody } from '../../src/ledger/body.ts'
import { assetIdOf } from '../../src/ledger/definition.ts'
import { chainIdOf, type Genesis } from '../../src/ledger/genesis.ts'
import { verifyAction } from '../../src/ledger/verify-action.ts'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  genesisOf,
  rsaKey,
  signTransfer,
  type TestKey,
} from '../support/ledger/ledger-world.ts'
import { BenchNode, type BlockLine } from './support/bench-node.ts'
import { executeCold } from './support/cold-block.ts'
import { preloadChain } from './support/preloaded-chain.ts'
import { count, type Figure, median, milliseconds, printFigures } from './support/report.ts'

const VOTING_KEY = new Uint8Array(32).fill(7)
const ISSUER = eddsaKey('issuer')
const DEFINITION = definitionOf(ISSUER, { cap: (10n ** 15n).toString() })
const ASSET = assetIdOf(poseidon, DEFINITION)
const SENDERS = 64
const AMOUNT = 1_000_000n
/** Transfers of one round: while they become final, the next round's are submitted. */
const ROUND = 8_000
const ROUNDS = 4
/** The reference block of the Python original. */
const BLOCK = 2_900
/** Eras from the submission of a round to the first that it may enter: far enough for any machine to submit it before. */
const ERAS_AHEAD = 1_000

/** The commit path at two sizes of the state: submissions, blocks, restart. */
export async function benchCommit(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  try {
    const sizes = (process.env.BENCH_HOLDINGS ?? '30000,1000000').split(',').map(Number)
    for (const holdings of sizes) await benchAt(server, holdings)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function benchAt(server: EmbeddedServer, holdings: number): Promise<void> {
  const name = `bench_${holdings}`
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql.unsafe(`CREATE DATABASE ${name}`)
  await admin.close()
  const senders = {
    rsa: Array.from({ length: SENDERS }, () => rsaKey()),
    eddsa: Array.from({ length: SENDERS }, (_, i) => eddsaKey(`sender ${i}`)),
  }
  const keys = [...senders.rsa, ...senders.eddsa]
  const others = Array.from({ length: holdings - keys.length }, (_, i) => h31(`holder ${i}`))
  const accounts = [...keys.map(({ account }) => account), ...others]
  const genesis = benchGenesis()
  const database = openDatabase(server.url(name), { max: 2 })
  await preloadChain(database, genesis, { accounts, amount: AMOUNT })

  const node = new BenchNode(genesis)
  const start = await node.start(server.url(name), VOTING_KEY)
  const signer = new Signer(genesis, others)
  const figures: Figure[] = [
    {
      name: 'start: state and trees loaded and checked',
      value: `${start.toFixed(1)} s`,
      goal: holdings > 500_000 ? '5 s' : '',
    },
  ]
  const goal = holdings > 500_000 ? '1,200' : '1,500'
  figures.push(...(await sustained(node, database, signer, senders.rsa, { kind: 'RSA', goal })))
  figures.push(...(await oneBlock(node, signer, senders.rsa)))
  figures.push(...(await sustained(node, database, signer, senders.eddsa, { kind: 'EdDSA' })))
  figures.push({
    name: 'memory of the node (resident, with this benchmark)',
    value: `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
  })
  await node.stop()
  await database.close()
  printFigures(`Commit path, ${count(holdings)} holdings`, figures)
}

/** Eras so short that blocks follow one another as fast as they can be made. */
function benchGenesis(): Genesis {
  const validator = {
    name: 'one',
    votingKey: ed25519PublicKey(VOTING_KEY),
    transportKey: new Uint8Array(32).fill(2),
    logKey: new Uint8Array(32).fill(3),
  }
  const { limits } = genesisOf()
  return genesisOf({
    startTime: Date.now() - 1_000_000,
    eraMs: 100,
    ttl: 1_000_000,
    definitions: [DEFINITION],
    validators: [validator],
    limits: { ...limits, poolEntries: 100_000, poolPerSigner: 100_000 },
  })
}

/** Signs transfers of one unit to holders at random. */
class Signer {
  readonly #chainId: bigint
  readonly #holders: bigint[]
  readonly #starts = new Map<bigint, bigint>()
  #made = 0

  constructor(genesis: Genesis, holders: bigint[]) {
    this.#chainId = chainIdOf(genesis)
    this.#holders = holders
  }

  make(senders: readonly TestKey[], amount: number, era: number): SignedAction[] {
    return Array.from({ length: amount }, () => {
      const n = this.#made++
      const key = senders[n % senders.length]!
      const fromStart = this.#starts.get(key.account) ?? 0n
      this.#starts.set(key.account, fromStart + 1n)
      const to = this.#holders[(n * 7_919) % this.#holders.length]!
      return signTransfer(key, {
        chainId: this.#chainId,
        from: key.account,
        to,
        assetId: ASSET,
        fromStart,
        amount: 1n,
        era,
        memo: 0n,
      })
    })
  }
}

/** Rounds overlap: while one becomes final, the next is submitted. The first is submitted alone and not counted. */
async function sustained(
  node: BenchNode,
  database: Database,
  signer: Signer,
  senders: TestKey[],
  { kind, goal = '' }: { kind: string; goal?: string },
): Promise<Figure[]> {
  const first = node.era + ERAS_AHEAD
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, i) =>
    signer.make(senders, ROUND, first + i * ERAS_AHEAD),
  )
  const bytesBefore = await databaseBytes(database)
  await node.submitAll(rounds[0]!)
  const before = node.blocks.length
  const started = performance.now()
  for (let i = 0; i < ROUNDS; i += 1) {
    node.jumpTo(first + i * ERAS_AHEAD)
    await Promise.all([node.final(hashOf(rounds[i]!.at(-1)!)), node.submitAll(rounds[i + 1]!)])
  }
  const seconds = (performance.now() - started) / 1000
  node.jumpTo(first + ROUNDS * ERAS_AHEAD)
  await node.final(hashOf(rounds[ROUNDS]!.at(-1)!))
  const rate = (ROUND * ROUNDS) / seconds
  const share = shares(rounds[0]!.slice(0, 500), node.blocks.slice(before))
  const atRest = ((await databaseBytes(database)) - bytesBefore) / (ROUND * (ROUNDS + 1))
  return [
    { name: `${kind} transfers per second, sustained`, value: count(rate), goal },
    ...share,
    { name: `- bytes at rest, whole database`, value: `${count(atRest)} a transfer` },
  ]
}

/** Tables, indexes, trees, and what is not yet cleaned up. */
async function databaseBytes({ sql }: Database): Promise<number> {
  const [row] = await sql<[{ bytes: number }]>`SELECT pg_database_size(current_database())::float8 AS bytes`
  return row.bytes
}

/** What a thousand transfers cost where. */
function shares(sample: SignedAction[], lines: BlockLine[]): Figure[] {
  const records = lines.reduce((sum, line) => sum + line.records, 0)
  const perThousand = (stage: string) =>
    (1000 * lines.reduce((sum, { ms }) => sum + (ms[stage] ?? 0), 0)) / records
  const encoded = sample.map(encodeAction)
  const time = (work: () => void) => {
    const started = performance.now()
    work()
    return ((performance.now() - started) * 1000) / sample.length
  }
  const hashes = sample.map((action) => actionHash(poseidon, action))
  const naming = () => encoded.forEach((bytes) => void actionHash(poseidon, decodeAction(bytes)))
  time(naming)
  const named = time(naming)
  const signatures = time(() =>
    sample.forEach((action, i) => void verifyAction(poseidon, action, hashes[i]!)),
  )
  const parts = [
    ['signatures', signatures],
    ['decoding and naming', named],
    ['choosing and applying', perThousand('select') + perThousand('pool')],
    ['trees (in their own thread)', perThousand('parentHash')],
    ['Postgres, block', perThousand('store')],
  ] as const
  return parts.map(([part, ms]) => ({ name: `- a thousand: ${part}`, value: milliseconds(ms) }))
}

/** One block of the reference size from a warm pool, and checked by a node that never heard of its transfers. */
async function oneBlock(node: BenchNode, signer: Signer, senders: TestKey[]): Promise<Figure[]> {
  const totals: number[] = []
  const hashed: number[] = []
  const cold: number[] = []
  for (let i = 0; i < 3; i += 1) {
    const era = node.era + ERAS_AHEAD
    const actions = signer.make(senders, BLOCK, era)
    await node.submitAll(actions)
    await sleep(300)
    const body = encodeBody(actions.map(encodeAction))
    cold.push(await executeCold(node.genesis, body))
    node.jumpTo(era)
    await node.final(hashOf(actions.at(-1)!))
    await sleep(2_000)
    const line = node.blocks.findLast(({ records }) => records === BLOCK)
    const child = node.blocks.find(({ height }) => height - 1 === line?.height)
    if (line === undefined || child === undefined) throw new Error('the transfers did not enter one block')
    totals.push(line.ms.total!)
    hashed.push(child.ms.parentHash!)
  }
  const warm = median(totals)
  return [
    {
      name: `block of ${count(BLOCK)} transfers, proposal to commit, warm pool`,
      value: milliseconds(warm),
      goal: '1 s',
    },
    {
      name: '- the same, its transfers never seen before',
      value: milliseconds(warm + median(cold)),
      goal: '2.5 s',
    },
    { name: '- its roots known (for the next header), beside', value: milliseconds(median(hashed)) },
  ]
}

function hashOf(action: SignedAction): string {
  return fieldToHex(actionHash(poseidon, action))
}
