import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { type ControlClient, connectControl } from '../../../src/control/client.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { type Genesis, genesisToJson } from '../../../src/ledger/genesis.ts'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { eddsaKey, rsaKey, type TestKey } from '../../support/ledger/ledger-world.ts'
import {
  chainNow,
  firstWrongHeight,
  hashOf,
  nodeFolder,
  readHistory,
  startTestNode,
  Trader,
  VOTING_KEY,
} from '../../support/node/test-node.ts'
import { lastLines } from '../../support/process/last-lines.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

const NODE = fileURLToPath(new URL('../../support/node/node-process.mjs', import.meta.url))

let folder: string
let server: EmbeddedServer
let keys: TestKey[]

beforeAll(async () => {
  folder = testFolder('crash')
  server = await startEmbedded({ dataDir: folder })
  keys = [rsaKey(), rsaKey(), eddsaKey('cem'), rsaKey()]
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function newDatabase(name: string): Promise<string> {
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql.unsafe(`CREATE DATABASE ${name}`)
  await admin.close()
  return server.url(name)
}

/**
 * Transfers back and forth until stopped, whatever happens to the node: an action without an answer is offered again until there is one.
 */
class Load {
  readonly accepted: string[] = []
  readonly trader: Trader
  readonly control: ControlClient
  #stopped = false

  constructor(genesis: Genesis, control: ControlClient) {
    this.trader = new Trader(genesis, keys[0]!)
    this.control = control
  }

  async begin(): Promise<void> {
    await this.#send(() => this.trader.register())
    for (const { account } of keys) await this.#send(() => this.trader.issue(account, 1_000_000n))
  }

  /** Every key sends to the next one, as fast as it gets answers. */
  async run(): Promise<void> {
    await Promise.all(
      keys.map(async (key, i) => {
        const to = keys[(i + 1) % keys.length]!.account
        while (!this.#stopped) await this.#send(() => this.trader.transfer(key, to, 1n))
      }),
    )
  }

  stop(): void {
    this.#stopped = true
  }

  async #send(make: () => SignedAction): Promise<void> {
    this.accepted.push(hashOf(await this.trader.send(this.control, make, { patient: true })))
  }
}

/** Every accepted action is final exactly once, nothing else is, and all headers have the roots of a replay. */
async function expectWhole(url: string, genesis: Genesis, accepted: string[]): Promise<void> {
  const database = openDatabase(url, { max: 2 })
  const history = await readHistory(database)
  const [pool] = await database.sql<[{ n: number }]>`SELECT count(*) AS n FROM pool`
  await database.close()
  expect(history.records.map(({ hash }) => hash.toString(16).padStart(64, '0')).sort()).toEqual(
    [...accepted].sort(),
  )
  expect(firstWrongHeight(history, genesis)).toBeUndefined()
  expect(pool.n).toBe(0)
}

test('a node under load that is killed with -9 ten times loses and repeats no action', async () => {
  const genesis = chainNow({ ttl: 3000 })
  const databaseUrl = await newDatabase('killed')
  const files = nodeFolder()
  const control = connectControl(files.controlPath, { questionMs: 5_000, submissionMs: 5_000 })
  const options = JSON.stringify({
    databaseUrl,
    dir: files.dir,
    controlPath: files.controlPath,
    genesis: genesisToJson(genesis),
    votingKey: bytesToHex(VOTING_KEY),
  })
  const spawn = async (): Promise<ChildProcess> => {
    const child = fork(NODE, [options], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    const written = lastLines(child.stderr!)
    await new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('close', (code) =>
        reject(new Error(`the node ended with status ${code} before it was ready:\n${written()}`)),
      )
    })
    return child
  }
  const kill = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') => {
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    return gone
  }
  let child = await spawn()
  const load = new Load(genesis, control)
  await load.begin()
  const running = load.run()
  for (let i = 0; i < 10; i += 1) {
    // Two eras at most: within building, voting, storing or hashing as it comes.
    await sleep(50 + Math.random() * 400)
    await kill(child, 'SIGKILL')
    child = await spawn()
    const accepted = load.accepted.length
    await until(() => load.accepted.length >= accepted + 10)
  }
  load.stop()
  await running
  await until(async () => (await control.pool()).size === 0)
  const { finalHeight } = await control.status()
  await until(async () => (await control.status()).finalHeight >= finalHeight + 2)
  expect(await kill(child, 'SIGTERM')).toBe(0)
  control.close()
  files.remove()
  await expectWhole(databaseUrl, genesis, load.accepted)
})

test('a node under load pauses while its database is gone, resumes by itself, and loses nothing', async () => {
  const genesis = chainNow({ ttl: 3000 })
  const databaseUrl = await newDatabase('paused')
  const files = nodeFolder()
  const running = await startTestNode({ genesis, databaseUrl, ...files })
  const load = new Load(genesis, running.control)
  await load.begin()
  const loading = load.run()
  for (let i = 0; i < 2; i += 1) {
    const accepted = load.accepted.length
    await until(() => load.accepted.length >= accepted + 20)
    await server.stop()
    await until(() => running.node.status().state === 'PAUSED')
    const { finalHeight } = running.node.status()
    await sleep(300)
    expect(running.node.status().finalHeight).toBe(finalHeight)
    server = await startEmbedded({ dataDir: folder })
    await until(
      () => running.node.status().state === 'READY' && running.node.status().finalHeight > finalHeight,
    )
  }
  load.stop()
  await loading
  await until(() => running.node.status().poolSize === 0)
  const { finalHeight } = running.node.status()
  await until(() => running.node.status().finalHeight >= finalHeight + 2)
  await running.stop()
  expect(running.fatal).toEqual([])
  files.remove()
  await expectWhole(databaseUrl, genesis, load.accepted)
})
