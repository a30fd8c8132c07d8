import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { deedOf, Journal } from '../../src/cli/csv-import/journal.ts'
import { MINT_SIDE, type Side } from '../../src/cli/csv-import/moves.ts'
import { Parties } from '../../src/cli/csv-import/parties.ts'
import { Planner } from '../../src/cli/csv-import/plan.ts'
import { RowKeys } from '../../src/cli/csv-import/row-keys.ts'
import { registrationOf } from '../../src/cli/csv-import/row-signer.ts'
import type { Row } from '../../src/cli/csv-import/rows.ts'
import { openDataDirectory } from '../../src/config/data-directory.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { MINT } from '../../src/ledger/params.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { ICTL } from '../support/network/ictl-network.ts'
import { count, printFigures } from './support/report.ts'

const ROWS = Number(process.env.BENCH_ROWS ?? 200_000)
const ASSETS = ROWS / 10
const PARTIES = 2_000
const CHAIN_ID = fieldToHex(5n)
const ZEROS = '0'.repeat(64)

/** A record as an api shows it, but for its position. */
interface RecordNode {
  kind: string
  hash: string
  era: string
  memo: string
  asset: { code: string }
  from: { address: string }
  to: { address: string }
  fromStart: string
  amount: string
}

/** What the chain has of the rows, by the codes of assets. */
type Chain = Map<string, { assetId: string; cap: string; records: RecordNode[] }>

/** Peak memory of `ictl import` for a file all of whose rows are on the chain: with the journal, and without. */
export async function benchImportMemory(): Promise<void> {
  if (!existsSync('/proc/self/status')) return console.log('\nimport-memory: skipped, it needs /proc')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const chain: Chain = new Map()
  const server = http.createServer(async (request, response) => {
    const { query, variables } = JSON.parse(await text(request))
    const data = answerTo(query, variables, chain)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
  })
  server.keepAliveTimeout = 600_000
  try {
    await makeImport(folder, chain)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
    const values: string[] = []
    for (const isLost of [false, true]) {
      if (isLost) rmSync(join(folder, 'data', 'imports', `${CHAIN_ID.slice(0, 24)}.journal`))
      const { peakMb, seconds } = await peakOf(folder, url)
      values.push(`${count(peakMb)} MB, ${seconds.toFixed(0)} s`)
    }
    printFigures(`Import of ${count(ROWS)} rows and ${count(ASSETS)} assets, all of them on the chain`, [
      { name: 'peak memory of ictl import, with the journal', value: values[0]!, goal: '400 MB' },
      { name: 'the same, without the journal', value: values[1]!, goal: '400 MB' },
    ])
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The file's row with this index: each asset is issued, and then moves from party to party. */
function rowAt(i: number): Row {
  const [asset, step] = [i % ASSETS, Math.floor(i / ASSETS)]
  const party = (n: number) => (n === 0 ? '0' : `party ${(asset + n) % PARTIES}`)
  const rest = { memo: undefined, time: undefined, amount: '1' }
  return { number: i + 1, asset: `LOT-${asset}`, from: party(step), to: party(step + 1), ...rest }
}

/** Writes file and journal, and makes the chain, as if all rows had been applied. */
async function makeImport(folder: string, chain: Chain): Promise<void> {
  const imports = join(openDataDirectory(join(folder, 'data')).root, 'imports')
  const parties = new Parties(poseidon, imports)
  const journal = new Journal(imports, CHAIN_ID.slice(0, 24))
  const planner = new Planner({ prefix: '', decimals: 0, zero: '0', strict: false })
  const keys = new RowKeys((name) => planner.isNobody(name))
  const rows = Array.from({ length: ROWS }, (_, i) => rowAt(i))
  writeFileSync(
    join(folder, 'rows.csv'),
    ['item,from,to', ...rows.map(({ asset, from, to }) => `${asset},${from},${to}`), ''].join('\n'),
  )
  for (const row of rows) planner.survey(row)
  planner.rewind()
  let hashes = 0
  const address = (side: Side) => (side === MINT_SIDE ? encodeAddress(MINT) : parties.of(`${side}`).address)
  for (const row of rows) {
    const code = planner.codeOf(row)
    const key = keys.next(row, code)
    const plan = planner.plan(row)
    if ('rejected' in plan) throw new Error(plan.rejected)
    const sign = (deed: ReturnType<typeof deedOf> | { id: string; cap: string }, own: boolean) => {
      const hash = (hashes++).toString(16).padStart(64, '0')
      journal.sign({ key, code, deed, own, era: 1, hash })
      return hash
    }
    const record = (kind: string, hash: string, from: Side, to: Side, fromStart: bigint, amount: bigint) => ({
      ...{ kind, hash, era: '1', memo: ZEROS, asset: { code } },
      ...{ from: { address: address(from) }, to: { address: address(to) } },
      ...{ fromStart: `${fromStart}`, amount: `${amount}` },
    })
    if (plan.register !== undefined) {
      const { definition, id } = registrationOf(poseidon, parties.issuer, plan.register)
      const hash = sign({ id: fieldToHex(id), cap: definition.cap }, false)
      planner.assets.registered(code, { id, cap: BigInt(definition.cap) })
      const records = [record('REGISTER', hash, MINT_SIDE, MINT_SIDE, 0n, 0n)]
      chain.set(code, { assetId: fieldToHex(id), cap: definition.cap, records })
    }
    for (const [i, move] of plan.moves.entries()) {
      const own = i === plan.moves.length - 1
      const hash = sign(deedOf(move), own)
      planner.apply(code, move)
      chain.get(code)!.records.push(record('TRANSFER', hash, move.from, move.to, move.fromStart, move.amount))
      if (own) journal.end(key, hash)
    }
  }
  await journal.close()
}

/** What an api answers that has only this chain. */
function answerTo(query: string, variables: { codes?: string[]; after?: string | null }, chain: Chain) {
  const { codes = [], after } = variables ?? {}
  if (query.includes('quota('))
    return {
      quota: ['ASSETS', 'BYTES', 'HOLDINGS'].map((budget) => ({
        ...{ budget, used: '0', limit: '1000000000', usedTogether: null, limitTogether: null },
      })),
    }
  if (query.includes('assets('))
    return {
      assets: {
        nodes: (codes.length > 0 ? codes : ['LOT-0']).map((code) => {
          const { records, ...asset } = chain.get(code)!
          return { code, ...asset, transfers: { totalCount: `${records.length}` } }
        }),
      },
    }
  if (query.includes('transfers(')) {
    const all = codes.flatMap((code) => chain.get(code)!.records)
    const start = Number(after ?? 0)
    const nodes = all.slice(start, start + 100).map((node, i) => ({ ...node, position: `${start + i}` }))
    const end = start + nodes.length
    return { transfers: { nodes, pageInfo: { hasNextPage: end < all.length, endCursor: `${end}` } } }
  }
  return { chain: { chainId: CHAIN_ID, era: '10', eraMs: 1_000_000, delay: 1, reservations: null } }
}

async function peakOf(folder: string, url: string): Promise<{ peakMb: number; seconds: number }> {
  const columns = ['--asset', 'item', '--from', 'from', '--to', 'to', '--zero', '0']
  const where = ['--data', join(folder, 'data'), '--url', url, '--report', join(folder, 'report.csv')]
  const started = performance.now()
  const child = spawn(process.execPath, [ICTL, 'import', join(folder, 'rows.csv'), ...columns, ...where], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peakKib = 0
  const looking = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, { encoding: 'utf8', flag: 'r' })
    peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 20)
  const [status] = await once(child, 'exit')
  clearInterval(looking)
  if (status !== 0) throw new Error(`ictl import ended with ${status}`)
  const report = readFileSync(join(folder, 'report.csv'), 'utf8')
  const applied = report.split('\n').filter((line) => /^\d+,applied,/.test(line)).length
  if (applied !== ROWS) throw new Error(`${applied} rows were applied`)
  return { peakMb: peakKib / 1024, seconds: (performance.now() - started) / 1000 }
}
