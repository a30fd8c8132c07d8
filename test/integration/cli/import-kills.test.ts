import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { OPTIONS } from '../../support/cli/bad-rows.ts'
import { ICTL, ictl } from '../../support/network/ictl-network.ts'
import { chainNow, nodeFolder, startTestNode } from '../../support/node/test-node.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

const MINUTES = 60_000
const LINES = ['a,0,ann,5', 'a,ann,bob,1', 'b,x,y,1', 'c,p,q,1', 'a,ann,bob,1', 'a,bob,cy,2', 'b,y,z,1']
/** Steps between the first touch of the new journal and the last of its folder. */
const STEPS = ['open', 'write', 'half', 'sync', 'close', 'rename', 'sync folder', 'end']

/** Kills the process that loads it in front of a step of the replacement of a journal. */
const KILLER = `
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const step = (name) => name === process.env.KILL_BEFORE && process.kill(process.pid, 'SIGKILL')
const { open, rename } = promises
const { fsyncSync } = fs
let isRenamed = false
promises.open = async (path, ...rest) => {
  const isNew = String(path).endsWith('.journal.new')
  if (isNew) step('open')
  const file = await open(path, ...rest)
  if (!isNew) return file
  const { appendFile, datasync, close } = file
  file.appendFile = async (text) => {
    step('write')
    await appendFile.call(file, text.slice(0, text.length / 2))
    step('half')
    await appendFile.call(file, text.slice(text.length / 2))
  }
  file.datasync = () => step('sync') || datasync.call(file)
  file.close = () => step('close') || close.call(file)
  return file
}
promises.rename = async (...paths) => {
  step('rename')
  await rename(...paths)
  isRenamed = true
}
fs.fsyncSync = (file) => {
  if (isRenamed) step('sync folder')
  fsyncSync(file)
  if (isRenamed) step('end')
}
syncBuiltinESMExports()`

let folder: string
let args: string[]
let journal: string
let old: string
let countOfRecords: () => Promise<string>
let stop: () => Promise<void>

beforeAll(async () => {
  folder = testFolder('import-kills')
  const genesis = chainNow({ stateDepth: 10 })
  const databaseUrl = await emptyDatabase()
  const files = nodeFolder()
  const { control, stop: stopNode } = await startTestNode({ genesis, databaseUrl, ...files })
  const api = await serveApi(openForTest(databaseUrl), genesis, { control })
  const url = `${api.url}/graphql`
  const client = createClient({ url })
  countOfRecords = async () => {
    const { chain } = await client.query<{ chain: { counts: { transfers: string } } }>(
      '{ chain { counts { transfers } } }',
    )
    return chain.counts.transfers
  }
  stop = async () => {
    await api.stop()
    await stopNode()
    files.remove()
  }
  const data = join(folder, 'data')
  const where = ['--data', data, '--url', url, '--report', join(folder, 'report.csv')]
  args = ['import', join(folder, 'rows.csv'), ...OPTIONS, ...where]
  await importRows(LINES.slice(0, 4))
  const imports = join(data, 'imports')
  journal = join(imports, readdirSync(imports).find((name) => name.endsWith('.journal'))!)
  old = readFileSync(journal, 'utf8')
})
afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Imports the file with these rows. @returns the report */
async function importRows(lines: readonly string[]): Promise<string> {
  writeFileSync(
    join(folder, 'rows.csv'),
    ['item,from,to,amount,memo,time', ...lines.map((line) => `${line},,`), ''].join('\n'),
  )
  const { status, stderr } = await ictl(args)
  expect(status, stderr).toBe(0)
  return readFileSync(join(folder, 'report.csv'), 'utf8')
}

const journalNow = () => (existsSync(journal) ? readFileSync(journal, 'utf8') : undefined)

function put(text: string | undefined): void {
  if (text === undefined) rmSync(journal)
  else writeFileSync(journal, text)
}

it.each([
  ['is lost', () => undefined],
  ['is an old copy', () => old],
])(
  'loses nothing and makes nothing twice when it is killed while a journal is replaced that %s',
  async (_, before) => {
    const report = await importRows(LINES)
    const records = await countOfRecords()
    expect(report.split('\n').filter((line) => /^\d+,applied,/.test(line))).toHaveLength(LINES.length)
    put(before())
    await importRows(LINES)
    const replaced = journalNow()
    expect(replaced).not.toBe(before())
    for (const step of STEPS) {
      put(before())
      const env = { ...process.env, KILL_BEFORE: step }
      const killer = `data:text/javascript,${encodeURIComponent(KILLER)}`
      const child = spawn(process.execPath, ['--import', killer, ICTL, ...args], { stdio: 'ignore', env })
      const [, signal] = await once(child, 'exit')
      const isBefore = STEPS.indexOf(step) <= STEPS.indexOf('rename')
      expect([step, signal, journalNow()]).toEqual([step, 'SIGKILL', isBefore ? before() : replaced])
      expect([step, await importRows(LINES)]).toEqual([step, report])
      expect([journalNow(), await countOfRecords()]).toEqual([replaced, records])
    }
  },
  10 * MINUTES,
)
