import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyCertificate } from '../../src/certificate/verify.ts'
import { codeOf } from '../../src/cli/csv-import/codes.ts'
import { utf8 } from '../../src/codec/bytes.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { type Genesis, parseGenesis } from '../../src/ledger/genesis.ts'
import { MINT } from '../../src/ledger/params.ts'
import type { TraceResult } from '../../src/provenance/types.ts'
import { diceOf, pick } from '../support/certificate/certified-chain.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { freePort } from '../support/network/free-port.ts'
import { ICTL, ictl, Network, snarkjs } from '../support/network/ictl-network.ts'
import { allTransfers, MOONCATS, plainCsv, replay, stateRootOf } from '../support/shared/mooncats.ts'
import { describeShared, sharedPath } from '../support/shared/shared-folder.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'

/** Rows of each history; HISTORY_ROWS=all plays the whole of it (`npm run test:histories`). */
const ROWS =
  process.env.HISTORY_ROWS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.HISTORY_ROWS ?? 160)
/** How often everything is killed during an import. */
const KILLS = Number(process.env.HISTORY_KILLS ?? 2)
/** Ranges of balances whose certificates are checked. */
const RANGES = ROWS === Number.POSITIVE_INFINITY ? 100 : 10
/** Holdings of each history whose origins are proven. */
const ORIGINS = ROWS === Number.POSITIVE_INFINITY ? 10 : 2
const MINUTES = 60_000
const MINT_ADDRESS = encodeAddress(MINT)
const NOBODY = '0x0000000000000000000000000000000000000000'

let folder: string
let network: Network
let genesis: Genesis | undefined

/** The first rows of a file, in a folder of the test. */
function part(...path: string[]): string {
  const lines = readFileSync(sharedPath(...path), 'utf8').split('\n')
  const file = join(folder, `${path.at(-2)}.csv`)
  writeFileSync(file, lines.slice(0, ROWS === Number.POSITIVE_INFINITY ? undefined : ROWS + 1).join('\n'))
  return file
}

const ERC20 = [
  '--asset-code',
  'erc20',
  '--from',
  'from',
  '--to',
  'to',
  '--amount',
  'amount_raw',
  '--decimals',
  '18',
]

async function recordCount(): Promise<number> {
  const { chain } = await network.client.query<{ chain: { counts: { transfers: string } } }>(
    '{ chain { counts { transfers } } }',
  )
  return Number(chain.counts.transfers)
}

/** Imports a file; before the last run, everything is killed `kills` times during a run. */
async function importFile(file: string, args: string[], name: string, kills: number) {
  const report = join(folder, `${name}.report.csv`)
  const parties = join(folder, `${name}.parties.csv`)
  const command = [
    'import',
    file,
    ...args,
    '--data',
    network.data,
    '--url',
    network.url,
    '--report',
    report,
    '--parties',
    parties,
  ]
  for (let kill = 0; kill < kills; kill++) {
    const records = await recordCount()
    const child = spawn(process.execPath, [ICTL, ...command], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    // Somewhere inside the import.
    await until(async () => child.exitCode !== null || (await recordCount()) > records + 20)
    // The import as well: without the api it would only wait for it.
    child.kill('SIGKILL')
    await Promise.all([ended, network.kill()])
    await network.start()
  }
  const { status, stdout, stderr } = await ictl(command)
  expect(status, stderr).toBe(0)
  return {
    stdout,
    rows: plainCsv(report),
    addresses: new Map(plainCsv(parties).map((p) => [p.name!, p.address!])),
  }
}

describeShared('histories made by others', () => {
  beforeAll(async () => {
    folder = testFolder('histories')
    network = new Network(join(folder, 'data'), await freePort(), [
      '--no-demo',
      '--prove',
      'ask',
      '--era',
      '500',
    ])
    await network.start()
  }, 2 * MINUTES)
  afterAll(async () => {
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }, MINUTES)

  it(
    'are imported for unique things: every row is reported, owners and traces match the file, despite kill -9',
    async () => {
      const file = part('data', 'mooncats', 'transfers.csv')
      const source = plainCsv(file)
      const { rows, addresses } = await importFile(file, MOONCATS, 'mooncats', KILLS)
      expect(rows.map((r) => Number(r.row))).toEqual(source.map((_, i) => i + 1))
      rows.forEach(({ status, code }, i) => {
        const expected = isToSelf(source[i]!) ? ['rejected', 'SELF_TRANSFER'] : ['applied', '']
        expect([status, code], `row ${i + 1}`).toEqual(expected)
      })
      const records = await allTransfers(network.client)
      const moves = groupBy(records, (r) => r.asset.code)
      const applied = source.filter((row) => !isToSelf(row))
      const things = groupBy(applied, (row) => row.asset_id!)
      for (const [thing, rows] of things) expectPaths(moves, thing, pathsOf(rows, addresses))
      await checkTraces(
        [...things.keys()].map((thing) => codeOf(thing, 'cat:')),
        moves,
      )
      const owners = ROWS === Number.POSITIVE_INFINITY ? finalOwners() : lastOwners(source)
      for (const [thing, owner] of owners) {
        expect(moves.get(codeOf(thing, 'cat:'))!.at(-1)!.to.address, thing).toBe(addresses.get(owner))
      }
      await checkCertificates([...things.keys()], moves)
      await checkStateRoot(records)
      await checkProof(records.at(-10)!, 'mooncats')
      const owned = [...owners].slice(-ORIGINS)
      for (const [thing, owner] of owned) await checkOrigin(codeOf(thing, 'cat:'), addresses.get(owner)!)
    },
    30 * MINUTES,
  )

  it(
    'are imported for a token: balances match the file, and every balance is traced to its issue',
    async () => {
      const file = part('data', 'erc20', 'transfers.csv')
      const source = plainCsv(file)
      const { rows, addresses } = await importFile(file, ERC20, 'erc20', 0)
      source.forEach((row, i) => {
        expect(rows[i]!.status, `row ${i + 1}`).toBe(movesTokens(row) ? 'applied' : 'rejected')
      })
      const balances = balancesOf(source.filter(movesTokens))
      const records = await allTransfers(network.client, { asset: 'erc20' })
      const issued = records.filter((r) => r.kind === 'ISSUE').reduce((sum, r) => sum + BigInt(r.amount), 0n)
      expect(issued).toBe(5_000_000_000_000_000_000_000_000_000n)
      expect([...balances.values()].reduce((a, b) => a + b)).toBe(issued)
      for (const [name, balance] of balances) {
        if (balance === 0n) continue
        expect(await tracedOrigins('erc20', addresses.get(name)!), name).toBe(balance)
      }
      await checkRanges(balances, addresses)
      await checkProof(records.at(-10)!, 'erc20')
      const holders = [...balances].filter(([, balance]) => balance > 0n).slice(-ORIGINS)
      for (const [name] of holders) await checkOrigin('erc20', addresses.get(name)!)
    },
    30 * MINUTES,
  )
})

/** Proves the batch of a record; the proof verifies with `ictl verify` and with snarkjs alone. */
async function checkProof(record: { position: string }, name: string): Promise<void> {
  const { chain } = await network.client.query<{ chain: { batchSize: number } }>('{ chain { batchSize } }')
  const batch = String(Math.floor(Number(record.position) / chain.batchSize))
  const out = join(folder, `${name}.proof`)
  const where = ['--data', network.data, '--url', network.url]
  const proven = await ictl(['prove', batch, '--out', out, '--inputs', ...where])
  expect(proven.status, proven.stderr).toBe(0)
  expect((await ictl(['verify', out])).stdout).toContain('OK')
  const files = ['verification_key.json', 'public.json', 'proof.json'].map((file) => join(out, file))
  expect(await snarkjs(['groth16', 'verify', ...files])).toContain('OK!')
  const witness = ['input.json', 'witness.wtns'].map((file) => statSync(join(out, file)).size)
  expect(Math.min(...witness)).toBeGreaterThan(1_000)
}

/** Proves the origin of units in a holding; the proof verifies with `ictl verify` and with snarkjs alone. */
async function checkOrigin(asset: string, address: string): Promise<void> {
  const out = join(folder, `${asset.replaceAll(/\W/g, '-')}-${address}.origin.json`)
  const where = ['--data', network.data, '--url', network.url]
  const snarkjsFolder = `${out}.snarkjs`
  const args = ['--address', address, '--purpose', out, '--out', out, '--snarkjs', snarkjsFolder]
  const proven = await ictl(['prove-origin', asset, ...args, ...where])
  expect(proven.status, proven.stderr).toBe(0)
  const required = ['--require', 'intact,proven,final', '--purpose', out]
  const verified = await ictl(['verify', out, ...required, '--data', network.data])
  expect(verified.status, verified.stderr).toBe(0)
  expect(verified.stdout).toContain(asset)
  const files = ['verification_key.json', 'public.json', 'proof.json'].map((file) =>
    join(snarkjsFolder, file),
  )
  expect(await snarkjs(['groth16', 'verify', ...files])).toContain('OK!')
}

/** The trace that the certificate of units shows, which is complete, signed by the owners and final, by the genesis alone. */
async function certified(
  start: object,
  { offset, length }: { offset?: bigint; length?: bigint } = {},
): Promise<TraceResult> {
  genesis ??= parseGenesis(
    (await network.client.query<{ chain: { genesis: unknown } }>('{ chain { genesis } }')).chain.genesis,
  )
  const { certificate } = await network.client.query<{ certificate: { json: string } }>(
    'query ($input: CertificateInput!) { certificate(input: $input) { json } }',
    { input: { start, offset: offset?.toString(), length: length?.toString() } },
  )
  const report = await verifyCertificate(utf8(certificate.json), genesis, poseidon, { nowMs: Date.now() })
  const { intact, complete, signed, final, content } = report
  expect([intact, complete, signed, final].map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual(
    Array(4).fill(expect.stringMatching(/^yes: /)),
  )
  return content!.trace
}

/** The certificate of every thing, as its present owner has it, leads to its issue. */
async function checkCertificates(things: string[], moves: Map<string, Move[]>): Promise<void> {
  for (const thing of things) {
    const asset = codeOf(thing, 'cat:')
    const history = moves.get(asset)!.filter(({ kind }) => kind !== 'REGISTER')
    const { hops } = await certified({ holding: { address: history.at(-1)!.to.address, asset } })
    expect(hops.length, thing).toBe(history.length)
  }
}

/** The certificates of random ranges of balances cover each unit once. */
async function checkRanges(balances: Map<string, bigint>, addresses: Map<string, string>): Promise<void> {
  const holders = [...balances].filter(([, balance]) => balance > 0n)
  const dice = diceOf(20)
  for (let i = 0; i < RANGES; i++) {
    const [name, balance] = pick(holders, dice)
    const offset = (balance * BigInt(dice(1_000))) / 1_000n
    const length = 1n + ((balance - offset - 1n) * BigInt(dice(1_001))) / 1_000n
    const start = { holding: { address: addresses.get(name)!, asset: 'erc20' } }
    const { origins } = await certified(start, { offset, length })
    expect(
      origins.reduce((sum, origin) => sum + origin.length, 0n),
      name,
    ).toBe(length)
  }
}

/** The units of a holding that its trace leads back to an issue. */
async function tracedOrigins(asset: string, address: string): Promise<bigint> {
  const document = `query ($input: TraceInput!) { trace(input: $input) { origins { length transfer { kind } } truncated endCursor } }`
  let sum = 0n
  for (let after: string | null = null; ; ) {
    type Page = {
      trace: {
        origins: { length: string; transfer: { kind: string } }[]
        truncated: boolean
        endCursor: string | null
      }
    }
    const { trace }: Page = await network.client.query<Page>(document, {
      input: { start: { holding: { address, asset } }, first: 1_000, after },
    })
    for (const { length, transfer } of trace.origins) {
      expect(transfer.kind).toBe('ISSUE')
      sum += BigInt(length)
    }
    if (!trace.truncated) return sum
    after = trace.endCursor
  }
}

/** The trace of every thing is exactly its records; 20 traces per request. */
async function checkTraces(
  codes: string[],
  moves: Map<string, { hash: string; kind: string }[]>,
): Promise<void> {
  const GROUP = 20
  for (let i = 0; i < codes.length; i += GROUP) {
    const group = codes.slice(i, i + GROUP)
    const fields = group.map(
      (code, k) =>
        `t${k}: trace(input: { start: { asset: "${code}" }, direction: FORWARD }) { truncated hops { transfer { hash } } }`,
    )
    const answer = await network.client.query<
      Record<string, { truncated: boolean; hops: { transfer: { hash: string } }[] }>
    >(`{ ${fields.join(' ')} }`)
    group.forEach((code, k) => {
      const { truncated, hops } = answer[`t${k}`]!
      expect(truncated).toBe(false)
      expect(
        hops.map((h) => h.transfer.hash),
        code,
      ).toEqual(
        moves
          .get(code)!
          .filter((r) => r.kind !== 'REGISTER')
          .map((r) => r.hash),
      )
    })
  }
}

/** The state root in the next header is that of a replay of all records from genesis. */
async function checkStateRoot(records: Awaited<ReturnType<typeof allTransfers>>): Promise<void> {
  const next = async () => {
    const { chain } = await network.client.query<{
      chain: { head: { position: string; stateRoot: string; transferCount: number } }
    }>('{ chain { head { position stateRoot transferCount } } }')
    return chain.head
  }
  // Wait for an empty block behind the last record: its roots are those after it.
  let block = await next()
  while (block.transferCount > 0 || Number(block.position) <= Number(records.at(-1)!.position)) {
    await sleep(300)
    block = await next()
  }
  expect(stateRootOf(replay(records))).toBe(block.stateRoot)
}

type Row = Record<string, string>
interface Move {
  hash: string
  kind: string
  from: { address: string }
  to: { address: string }
}

/** Two rows of the whole file give a thing from somebody to themselves. */
const isToSelf = ({ from, to }: Row) => from === to
const movesTokens = (row: Row) => row.amount_raw !== '0' && !isToSelf(row)

/** Giver and receiver of every move of a thing; an issue comes first where the file does not say how the thing began. */
function pathsOf(rows: Row[], addresses: Map<string, string>): (string | undefined)[][] {
  const paths = rows.map(({ from, to }) => [
    from === NOBODY ? MINT_ADDRESS : addresses.get(from!),
    addresses.get(to!),
  ])
  const [first] = rows
  if (first!.from !== NOBODY) paths.unshift([MINT_ADDRESS, addresses.get(first!.from!)])
  return paths
}

function expectPaths(moves: Map<string, Move[]>, thing: string, paths: (string | undefined)[][]): void {
  const history = moves.get(codeOf(thing, 'cat:'))!.filter(({ kind }) => kind !== 'REGISTER')
  expect(
    history.map(({ from, to }) => [from.address, to.address]),
    thing,
  ).toEqual(paths)
}

/** Balances by the source's own names after all rows. */
function balancesOf(rows: Row[]): Map<string, bigint> {
  const balances = new Map<string, bigint>()
  const add = (who: string, amount: bigint) => balances.set(who, (balances.get(who) ?? 0n) + amount)
  for (const { from, to, amount_raw } of rows) {
    if (from !== NOBODY) add(from!, -BigInt(amount_raw!))
    if (to !== NOBODY) add(to!, BigInt(amount_raw!))
  }
  return balances
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

function lastOwners(rows: Record<string, string>[]): Map<string, string> {
  return new Map(rows.map((r) => [r.asset_id!, r.to!]))
}

function finalOwners(): Map<string, string> {
  return new Map(
    plainCsv(sharedPath('data', 'mooncats', 'final_owners.csv')).map((r) => [r.asset_id!, r.owner!]),
  )
}
