import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import type { Client } from '../../src/client/types.ts'
import { freePort } from '../support/network/free-port.ts'
import { ICTL, ictl, Network } from '../support/network/ictl-network.ts'
import { BUILD_TIMEOUT_MS, testArtifacts } from '../support/proving/test-circuit.ts'
import { MOONCATS } from '../support/shared/mooncats.ts'
import { describeShared, sharedPath } from '../support/shared/shared-folder.ts'
import { testFolder } from '../support/shared/test-folder.ts'

/** Batches to prove; `npm run test:provers` does 200. */
const BATCHES = Number(process.env.PROVER_BATCHES ?? 2)
const BATCH_SIZE = 4
const PROVERS = 3
/** Maximum number of kills, and maximum milliseconds between two of them. */
const KILLS = BATCHES > 20 ? Number.POSITIVE_INFINITY : 2
const KILL_EVERY_MS = BATCHES > 20 ? 120_000 : 8_000

/** A prover process that is restarted when it ends. */
class Prover {
  readonly name: string
  proven: number[] = []
  kills = 0
  #child: ChildProcess | undefined
  #isOver = false
  readonly #args: string[]

  constructor(name: string, network: Network) {
    this.name = name
    this.#args = ['prover', '--prove', 'all', '--url', network.url, '--data', network.data, '--name', name]
    this.#start()
  }

  #start(): void {
    const child = spawn(process.execPath, [ICTL, ...this.#args], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (line.includes('"msg":"proven"')) this.proven.push(JSON.parse(line).batch)
    })
    child.once('exit', () => {
      if (!this.#isOver) this.#start()
    })
  }

  kill(): void {
    this.kills++
    this.#child!.kill('SIGKILL')
  }

  /** Stops it with SIGTERM: the batch it works on goes back into the queue. */
  async stop(): Promise<void> {
    this.#isOver = true
    const child = this.#child!
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
}

let folder: string
let network: Network
let client: Client
let provers: Prover[] = []

/** Imports one row per record to prove; a row makes a registration and an issue, or a transfer: more than enough. */
async function importMooncats(): Promise<void> {
  const rows = readFileSync(sharedPath('data', 'mooncats', 'transfers.csv'), 'utf8').split('\n')
  const file = join(folder, 'mooncats.csv')
  writeFileSync(file, rows.slice(0, 1 + BATCHES * BATCH_SIZE).join('\n'))
  const args = ['import', file, ...MOONCATS, '--data', network.data, '--url', network.url]
  const imported = await ictl([
    ...args,
    '--report',
    join(folder, 'report'),
    '--parties',
    join(folder, 'parties'),
  ])
  expect(imported.status, imported.stderr).toBe(0)
}

/** How many of the batches are proven. */
async function provenBatches(): Promise<number> {
  const ids = Array.from({ length: BATCHES }, (_, i) => i)
  let proven = 0
  for (let at = 0; at < ids.length; at += 25) {
    const fields = ids.slice(at, at + 25).map((id) => `b${id}: batch(index: "${id}") { status }`)
    const found = await client.query<Record<string, { status: string }>>(`{ ${fields.join(' ')} }`)
    proven += Object.values(found).filter(({ status }) => status === 'PROVEN').length
  }
  return proven
}

/** Kills provers, the api and the database now and then until all batches are proven. */
async function killUntilProven(victims: Prover[]): Promise<void> {
  const started = performance.now()
  let nextKill = performance.now() + 10_000
  // The api, which makes the inputs, and the database are killed too; both come back by themselves.
  const killsOfServers = [() => network.killPart(/main\.js api\b/), () => network.killPart(/\/postgres -D /)]
  for (let proven = 0, told = 0; proven < BATCHES; ) {
    await sleep(1_000)
    const kills = victims.reduce((sum, victim) => sum + victim.kills, 0)
    if (kills < KILLS && performance.now() > nextKill) {
      victims[Math.floor(Math.random() * victims.length)]!.kill()
      nextKill = performance.now() + Math.random() * KILL_EVERY_MS
    } else if (kills > 0) killsOfServers.shift()?.()
    proven = await provenBatches().catch(() => proven)
    if (proven >= told + 20) {
      told = proven
      console.log(`${proven} batches, ${Math.round((performance.now() - started) / 1_000)} s`)
    }
  }
}

describeShared('provers on one queue', () => {
  beforeAll(async () => {
    folder = testFolder('provers')
    await testArtifacts()
    network = new Network(join(folder, 'data'), await freePort(), [
      '--no-demo',
      '--prove',
      'none',
      '--era',
      '500',
    ])
    await network.start()
    client = createClient({ url: network.url })
    await importMooncats()
  }, BUILD_TIMEOUT_MS)
  afterAll(async () => {
    await Promise.all(provers.map((prover) => prover.stop()))
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it(
    `prove the first ${BATCHES} batches of mooncats once each, although two of three are killed, and the api and the database too`,
    async () => {
      const started = performance.now()
      provers = Array.from({ length: PROVERS }, (_, i) => new Prover(`prover-${i}`, network))
      await killUntilProven(provers.slice(1))
      const seconds = (performance.now() - started) / 1_000
      await Promise.all(provers.map((prover) => prover.stop()))
      const done = provers.flatMap(({ proven }) => proven).filter((batch) => batch < BATCHES)
      const kills = provers.reduce((sum, prover) => sum + prover.kills, 0)
      const twice = done.length - new Set(done).size
      console.log(
        `${BATCHES} batches in ${Math.round(seconds)} s, ${kills} kills, by prover ${provers.map(({ proven }) => proven.length)}; proven twice: ${twice}`,
      )
      expect(twice).toBe(0)
      expect(await provenBatches()).toBe(BATCHES)
      const status = await ictl(['prover', 'status', '--url', network.url, '--json'])
      expect(JSON.parse(status.stdout)).toMatchObject({ dead: 0 })
    },
    BUILD_TIMEOUT_MS + 300_000 + BATCHES * 60_000,
  )

  it('make a chain of proofs from genesis', async () => {
    const genesis = join(network.data, 'genesis.json')
    const { stdout, stderr } = await ictl([
      'verify',
      '--chain',
      '--json',
      '--url',
      network.url,
      '--genesis',
      genesis,
    ])
    const answer = JSON.parse(stdout)
    // There may be newer batches without a proof.
    const report = answer.error?.data ?? answer
    expect(report.provenTo, stderr).toBeGreaterThanOrEqual(BATCHES)
  })
})
