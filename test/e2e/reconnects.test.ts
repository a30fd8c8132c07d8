import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeGenesis } from '../../src/cli/files/genesis-file.ts'
import { hashAction } from '../../src/ledger/action-hash.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { chainIdOf } from '../../src/ledger/genesis.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { Sse } from '../support/api/sse.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signRegister } from '../support/ledger/ledger-world.ts'
import { freePort } from '../support/network/free-port.ts'
import { ICTL } from '../support/network/ictl-network.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'
import { type Replicated, startReplicated } from '../support/storage/replica.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'

/** Times that clients disconnect and go on at another api, in all; `npm run test:reconnects` does 1,000. */
const RECONNECTS = Number(process.env.RECONNECTS ?? 60)
/** One api is killed per so many reconnections. */
const PER_KILL = 25
const CLIENTS = 4
const QUERY =
  'subscription ($after: String) { transfers(filter: { kind: REGISTER }, after: $after) { cursor node { position } } }'

const folder = testFolder('reconnects')
const genesis = genesisOf()
const ann = eddsaKey('ann')
let servers: Replicated
let primary: Database
let chain: StoredChain
let apis: Api[]

/** An api that is started again whenever it ends. */
class Api {
  readonly url: string
  readonly #start: () => ChildProcess
  #process: ChildProcess
  #over = false

  constructor(port: number, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}/graphql`
    this.#start = () => {
      const options = { env: { ...process.env, ...env, INPIGRITAS_DATA: folder }, stdio: 'ignore' as const }
      const child = spawn(process.execPath, [ICTL, 'api', '--port', String(port)], options)
      child.once('exit', () => {
        if (!this.#over) this.#process = this.#start()
      })
      return child
    }
    this.#process = this.#start()
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    this.#over = true
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
  }
}

beforeAll(async () => {
  servers = await startReplicated('chain')
  const url = servers.primary.url('chain')
  primary = openDatabase(url, { max: 4 })
  await migrateDatabase(primary)
  await initializeChain(primary, genesis, applyGenesis(poseidon, genesis))
  writeGenesis(join(folder, 'genesis.json'), genesis)
  chain = new StoredChain(primary, genesis)
  const port = await freePort()
  apis = [
    new Api(port, { DATABASE_URL: url }),
    new Api(port + 1, { DATABASE_URL: url, REPLICA_URL: servers.replica.url('chain') }),
  ]
  for (const api of apis) await until(async () => (await fetch(api.url).catch(() => undefined)) !== undefined)
})
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()))
  await primary.close()
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** One block with one to three registrations. */
async function block(): Promise<void> {
  const { era } = chain.header
  const actions = Array.from({ length: 1 + (era % 3) }, (_, i) => {
    const definition = definitionOf(ann, { code: `LOT-${era}-${i}` })
    return hashAction(poseidon, signRegister(ann, { chainId: chainIdOf(genesis), definition, era: era + 1 }))
  })
  await chain.commit(actions)
}

let reconnects = 0

/** Takes a few events from one api after the other, each time after the last cursor. @returns the positions that it saw */
async function follow(client: number, wanted: () => boolean): Promise<number[]> {
  const seen: number[] = []
  let after: string | undefined
  for (let turn = client; wanted(); turn++) {
    const variables = after === undefined ? {} : { after }
    const live = await Sse.open(fetch, apis[turn % apis.length]!.url, QUERY, variables).catch(() => undefined)
    if (live === undefined) continue
    for (let i = 0; i < 1 + (turn % 3); i++) {
      // A killed api ends the stream in the middle of anything.
      const answer = await live.next().catch(() => undefined)
      if (answer === undefined) break
      expect(answer.errors).toBeUndefined()
      seen.push(Number(answer.data.transfers.node.position))
      after = answer.data.transfers.cursor
    }
    await live.close()
    reconnects += 1
    if (reconnects % PER_KILL === 0) apis[(reconnects / PER_KILL) % apis.length]!.kill()
  }
  return seen
}

test(`clients that reconnect ${RECONNECTS} times to two apis, which are killed, miss nothing and see nothing twice`, async () => {
  let done = false
  const clients = Array.from({ length: CLIENTS }, (_, i) => follow(i, () => reconnects < RECONNECTS))
  const all = Promise.all(clients).finally(() => {
    done = true
  })
  while (!done) await block()
  const made = chain.records.map(({ position }) => position)
  for (const seen of await all) {
    const start = made.indexOf(seen[0]!)
    expect(seen).toEqual(made.slice(start, start + seen.length))
    expect(seen.length).toBeGreaterThan(RECONNECTS / CLIENTS / 2)
  }
  console.log(
    `${reconnects} reconnections, ${Math.floor(reconnects / PER_KILL)} kills, ${chain.header.height} blocks: gaps 0, doubles 0`,
  )
})
