import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import type { Client } from '../../../src/client/types.ts'
import { generateKey } from '../../../src/keys/generate.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { BAD_KINDS, fileOf, type MadeRow, madeRows, OPTIONS, TAKEN } from '../../support/cli/bad-rows.ts'
import { ICTL, ictl } from '../../support/network/ictl-network.ts'
import { chainNow, nodeFolder, startTestNode } from '../../support/node/test-node.ts'
import { allTransfers, plainCsv } from '../../support/shared/mooncats.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

/** Rows of the made file, and how often an import is killed; `npm run test:imports` takes 5,000 and ten. */
const ROWS = Number(process.env.IMPORT_ROWS ?? 2 * BAD_KINDS.length + 1)
const KILLS = Number(process.env.IMPORT_KILLS ?? 2)
const MINUTES = 60_000

let folder: string
let data: string
let url: string
let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  folder = testFolder('import')
  data = join(folder, 'data')
  const genesis = chainNow({ stateDepth: 10 })
  const databaseUrl = await emptyDatabase()
  const files = nodeFolder()
  const { control, stop: stopNode } = await startTestNode({ genesis, databaseUrl, ...files })
  const api = await serveApi(openForTest(databaseUrl), genesis, { control })
  url = `${api.url}/graphql`
  client = createClient({ url })
  stop = async () => {
    await api.stop()
    await stopNode()
    files.remove()
  }
  const key = await generateKey('eddsa')
  // A busy machine may take longer than its eras to bring it to the node.
  for (let status = ''; status !== 'FINAL'; ) {
    const { era, delay } = await client.chain()
    const other = await client.signRegister(key, { code: TAKEN, cap: '1' }, Number(era) + delay + 10)
    const answer = await client.submit(other, { wait: 'FINAL' })
    status = answer.rejection?.code === 'ASSET_EXISTS' ? 'FINAL' : answer.status
    if (status !== 'FINAL' && status !== 'TIMEOUT') expect(answer.rejection?.code).toBe('ERA_TOO_SOON')
  }
}, MINUTES)
afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
}, MINUTES)

/** The arguments of an import of this file into the chain. */
const args = (file: string, ...rest: string[]) => [
  'import',
  file,
  ...OPTIONS,
  '--data',
  data,
  '--url',
  url,
  ...rest,
]

const COUNTS = '{ chain { counts { transfers } } }'
interface Counts {
  chain: { counts: { transfers: string } }
}
const records = ({ chain }: Counts) => Number(chain.counts.transfers)
const recordCount = async () => records(await client.query<Counts>(COUNTS))

/** Begins an import, and kills it when it has brought some more records, or ended. */
async function kill(file: string, more: number): Promise<void> {
  const before = await recordCount()
  const over = new AbortController()
  const child = spawn(process.execPath, [ICTL, ...args(file)], { stdio: 'ignore' })
  const ended = once(child, 'exit').then(() => over.abort())
  const blocks = client.subscribe<Counts>(
    `subscription ${COUNTS}`,
    {},
    { signal: over.signal, resume: () => ({}) },
  )
  try {
    for await (const now of blocks) if (records(now) >= before + more) break
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

interface ReportRow {
  row: string
  status: string
  code: string
  hash: string
}

async function importFile(rows: readonly MadeRow[], name: string) {
  const file = join(folder, `${name}.csv`)
  const report = join(folder, `${name}.report.csv`)
  const { status, stdout, stderr } = await ictl(args(file, '--report', report))
  expect(status, stderr).toBe(0)
  const lines = plainCsv(report) as unknown as ReportRow[]
  expect(lines.map(({ row }) => Number(row))).toEqual(rows.map((_, i) => i + 1))
  expect(lines.map(({ code }, i) => [rows[i]!.kind, code])).toEqual(
    rows.map(({ kind, code }) => [kind, code]),
  )
  expect(
    lines.every(({ status, code, hash }) =>
      status === 'applied' ? hash.length === 64 : hash === '' && code !== '',
    ),
  ).toBe(true)
  return { lines, stdout }
}

/** Everything that the chain has of the imports is what the report says was applied, once. */
async function expectChainHas(lines: readonly ReportRow[]): Promise<void> {
  const records = await allTransfers(client)
  const moved = records
    .filter(({ kind, asset }) => kind === 'TRANSFER' && asset.code !== TAKEN)
    .map(({ hash }) => hash)
  const applied = lines.filter(({ status }) => status === 'applied').map(({ hash }) => hash)
  const issued = new Set(records.filter(({ kind }) => kind === 'ISSUE').map(({ hash }) => hash))
  expect(new Set(moved).size).toBe(moved.length)
  expect(moved.sort()).toEqual(applied.filter((hash) => !issued.has(hash)).sort())
}

describe('an import of good rows among bad ones of forty kinds', () => {
  const rows = madeRows(ROWS)

  it(
    'gives every row a result that the chain agrees with, also after kills, and exits with 0',
    async () => {
      const file = join(folder, 'made.csv')
      writeFileSync(file, fileOf(rows))
      for (let i = 0; i < KILLS; i++) await kill(file, Math.ceil(ROWS / (KILLS + 2)))
      const { lines, stdout } = await importFile(rows, 'made')
      await expectChainHas(lines)
      expect(stdout).toMatch(/^ {2}BAD_ROW {2}\d+ rows$/m)
      expect(new Set(lines.map(({ code }) => code).filter((code) => code !== ''))).toEqual(
        new Set(BAD_KINDS.map(([, , code]) => code)),
      )
    },
    30 * MINUTES,
  )

  it(
    'goes on with a mended file: what is on the chain stays, the rest is applied',
    async () => {
      const before = plainCsv(join(folder, 'made.report.csv'))
      const mended = madeRows(ROWS, true)
      writeFileSync(join(folder, 'mended.csv'), fileOf(mended))
      const { lines } = await importFile(mended, 'mended')
      await expectChainHas(lines)
      for (const [i, { hash, status }] of before.entries())
        if (status === 'applied') expect(lines[i]!.hash).toBe(hash)
    },
    30 * MINUTES,
  )

  it(
    'finds on the chain what it applied, once its journal is lost',
    async () => {
      const before = [plainCsv(join(folder, 'mended.report.csv')), await recordCount()]
      const journals = readdirSync(join(data, 'imports')).filter((name) => name.endsWith('.journal'))
      expect(journals.length).toBe(1)
      rmSync(join(data, 'imports', journals[0]!))
      await importFile(madeRows(ROWS, true), 'mended')
      expect([plainCsv(join(folder, 'mended.report.csv')), await recordCount()]).toEqual(before)
    },
    30 * MINUTES,
  )
})

/** Bytes of all journals of the data directory. */
function journalBytes(): number {
  const imports = join(data, 'imports')
  if (!existsSync(imports)) return 0
  const journals = readdirSync(imports).filter((name) => name.endsWith('.journal'))
  return journals.reduce((sum, name) => sum + statSync(join(imports, name)).size, 0)
}

it(
  'an import whose file grows meanwhile brings what was there, and says that there is more',
  async () => {
    const [file, report] = [join(folder, 'growing.csv'), join(folder, 'growing.report.csv')]
    const rows = Array.from({ length: 30 }, (_, i) => `grow${i},0,ann,1,,`)
    writeFileSync(file, ['item,from,to,amount,memo,time', ...rows, ''].join('\n'))
    const before = journalBytes()
    const ended = ictl(args(file, '--report', report))
    // What is signed is noted before it is sent.
    await until(() => journalBytes() > before)
    appendFileSync(file, 'grow0,ann,bob,1,,\n')
    const { status, stdout, stderr } = await ended
    expect([status, stdout]).toEqual([1, '30 rows: 30 applied, 0 rejected; 30 assets\n'])
    expect(stderr).toMatch(/Start the import again: .*\[INPUT_CHANGED\]$/m)
    expect(plainCsv(report)).toHaveLength(30)
    expect((await ictl(args(file))).stdout).toBe('31 rows: 31 applied, 0 rejected; 30 assets\n')
  },
  MINUTES,
)

describe('an import whose journal was lost', () => {
  const header = 'item,from,to,amount,memo,time'
  const loseJournals = () => {
    const imports = join(data, 'imports')
    for (const name of readdirSync(imports)) if (name.endsWith('.journal')) rmSync(join(imports, name))
  }
  const importLines = async (lines: readonly string[], name: string) => {
    const file = join(folder, `${name}.csv`)
    const report = join(folder, `${name}.report.csv`)
    writeFileSync(file, [header, ...lines, ''].join('\n'))
    const { status, stderr } = await ictl(args(file, '--report', report))
    expect(status, stderr).toBe(0)
    return plainCsv(report) as unknown as ReportRow[]
  }

  it(
    'applies no row twice behind one that was not applied before and asks for the same units',
    async () => {
      const [issue, first, late, last] = ['0,ann,5', 'ann,bob,1', 'ann,cy,1', 'ann,dan,1'].map(
        (row) => `twice,${row},,`,
      ) as [string, string, string, string]
      const before = await importLines([issue, first, last], 'twice')
      const count = await recordCount()
      loseJournals()
      const after = await importLines([issue, first, late, last], 'twice')
      expect(after.map(({ status }) => status)).toEqual(Array(4).fill('applied'))
      expect([after[0], after[1], after[3]].map((row) => row!.hash)).toEqual(before.map(({ hash }) => hash))
      expect(await recordCount()).toBe(count + 1)
    },
    5 * MINUTES,
  )
})

describe('the files of an import', () => {
  const text = 'item,from,to,amount,memo,time\npiped,x,y,1,,\n'

  it('may be a pipe, which is read once', async () => {
    const child = spawn(process.execPath, [ICTL, ...args('-')], { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = once(child, 'close')
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stdin.end(text)
    await ended
    expect(output).toContain('1 row: 1 applied')
  })

  it.each([
    ['in a folder that is missing', 'nowhere/report.csv', 1],
    ['that is the input', 'small.csv', 2],
    ['that is the input by a symbolic link', 'symbolic.csv', 2],
    ['that is the input by a hard link', 'hard.csv', 2],
  ])('cannot be reported to a file %s, which is said first', async (_, report, expected) => {
    const file = join(folder, 'small.csv')
    writeFileSync(file, text.replace('piped', 'never'))
    for (const [link, path] of [
      [symlinkSync, 'symbolic.csv'],
      [linkSync, 'hard.csv'],
    ] as const) {
      rmSync(join(folder, path), { force: true })
      link(file, join(folder, path))
    }
    const before = await recordCount()
    const { status } = await ictl(args(file, '--report', join(folder, report)))
    expect([status, await recordCount(), readFileSync(file, 'utf8')]).toEqual([
      expected,
      before,
      text.replace('piped', 'never'),
    ])
  })
})
