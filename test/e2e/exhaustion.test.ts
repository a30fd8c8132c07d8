import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '../../src/codec/bytes.ts'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { encodeAction } from '../../src/ledger/action-codec.ts'
import { type Genesis, genesisToJson } from '../../src/ledger/genesis.ts'
import { capacityOf, definitionOf, eddsaKey, signTransfer } from '../support/ledger/ledger-world.ts'
import { chainNow, hashOf, nodeFolder, Trader, VOTING_KEY } from '../support/node/test-node.ts'
import { until } from '../support/shared/until.ts'
import { emptyDatabase } from '../support/storage/postgres.ts'

const NODE = fileURLToPath(new URL('../support/node/node-process.mjs', import.meta.url))
/** Megabytes of heap: less than an unbounded pool of such actions would take. */
const HEAP_MB = 64
const DEPTH = 4
const STRANGERS = 4
const PER_TURN = 4
/** Actions name an era that begins so much later, so that a busy node still checks them in time. */
const AHEAD_MS = 5_000
/** Between tries while the node is away. */
const AWAY_MS = 50
const LIMITS = {
  maxRecords: 8,
  maxBodyBytes: 1024 * 1024,
  openingsPerSigner: 10,
  poolEntries: 24,
  poolBytes: 1024 * 1024,
  poolPerSigner: 12,
}
const BUDGETS = { assets: 3, bytes: 5_000, holdings: 30, retirements: 2 }

const honest = eddsaKey('honest')
const strangers = Array.from({ length: STRANGERS }, (_, i) => eddsaKey(`stranger ${i}`))
const ahead = () => Date.now() + AHEAD_MS
const files = nodeFolder()
const codes = new Map<string, number>()
let genesis: Genesis
let control: ControlClient
let options: string
let child: ChildProcess
let asset: Trader
let flooded: Trader
let flooding: Promise<void>
let isOver = false
/** Whom strangers pay: each other, or accounts that nobody has paid before, each of which takes a place in the state. */
let isOpening = false

beforeAll(async () => {
  const cap = { cap: '1000000000' }
  genesis = chainNow({
    ...{ stateDepth: DEPTH, limits: LIMITS, eraMs: 1_000 },
    admission: {
      capacity: { ...capacityOf(DEPTH), assets: 20 },
      sponsors: [{ account: honest.account, budgets: BUDGETS }],
      share: 150,
    },
    definitions: [
      definitionOf(honest, { code: 'LOT-1', ...cap }),
      definitionOf(strangers[0]!, { code: 'FLOOD', ...cap }),
    ],
    allocations: [
      { to: honest.account, asset: 'LOT-1', amount: 1_000n },
      ...strangers.map(({ account }) => ({ to: account, asset: 'FLOOD', amount: 1_000_000n })),
    ],
  })
  asset = new Trader(genesis, honest, 'LOT-1', ahead)
  flooded = new Trader(genesis, strangers[0]!, 'FLOOD', ahead)
  options = JSON.stringify({
    databaseUrl: await emptyDatabase(),
    dir: files.dir,
    controlPath: files.controlPath,
    genesis: genesisToJson(genesis),
    votingKey: bytesToHex(VOTING_KEY),
  })
  await spawn()
  control = connectControl(files.controlPath, { questionMs: 30_000 })
  flooding = flood()
})
afterAll(async () => {
  isOver = true
  await flooding
  control.close()
  await end()
  files.remove()
})

async function spawn(): Promise<void> {
  child = fork(NODE, [options], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  expect(message).toBe('ready')
}

async function end(): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Strangers with free keys submit as fast as they get answers; while the node is away they get none. */
async function flood(): Promise<void> {
  const { assetId, chainId } = flooded
  const names = strangers.map(({ account }) => ({
    account: fieldToHex(account),
    assetId: fieldToHex(assetId),
  }))
  for (let n = 1; !isOver; n++) {
    await floodOnce(n).catch(() => sleep(AWAY_MS))
  }

  async function floodOnce(n: number): Promise<void> {
    const starts = await control.nextStarts(names)
    const { era } = flooded
    const actions = strangers.flatMap(({ account, ...key }, i) =>
      Array.from({ length: PER_TURN }, (_, k) => {
        const free = BigInt((n * STRANGERS + i) * PER_TURN + k + 1)
        const to = isOpening ? free : strangers[(i + 1) % STRANGERS]!.account
        const movement = { from: account, to, assetId, fromStart: starts[i]! + BigInt(k), amount: 1n }
        return signTransfer({ account, ...key }, { chainId, ...movement, era, memo: 0n })
      }),
    )
    await Promise.all(
      actions.map(async (action) => {
        const { status, rejection } = await control.submit(encodeAction(action))
        const code = rejection?.code ?? status
        codes.set(code, (codes.get(code) ?? 0) + 1)
      }),
    )
  }
}

/** Whether a sponsor that the genesis lists gets what is its own: everything that it submits is accepted, and becomes final. */
async function keepsItsShare(trader: Trader, make: () => ReturnType<Trader['register']>): Promise<void> {
  const hash = hashOf(await trader.send(control, make))
  await until(async () => (await control.submission(hash))?.status === 'FINAL')
}

/** Waits for a rejection, ends the node at once, starts it again, and waits for the same rejection. */
async function restartAt(code: string): Promise<void> {
  await until(() => codes.has(code))
  await end()
  await spawn()
  codes.clear()
  await until(() => codes.has(code))
}

test('strangers fill the pool, before and after a kill, and a listed sponsor gets its actions through', async () => {
  await until(() => codes.has('POOL_FULL'))
  await keepsItsShare(asset, () => asset.transfer(honest, 1_000n, 1n))
  await restartAt('POOL_FULL')
  expect((await control.pool()).size).toBeLessThanOrEqual(LIMITS.poolEntries)
  await keepsItsShare(asset, () => asset.transfer(honest, 1_000n, 1n))
})

test('strangers use up the state that is left to them, before and after a kill, and a listed sponsor has its places', async () => {
  isOpening = true
  await restartAt('QUOTA_EXCEEDED')
  for (let n = 0n; n < 3n; n++) await keepsItsShare(asset, () => asset.transfer(honest, 2_000n + n, 1n))
  const second = new Trader(genesis, honest, 'LOT-2', ahead)
  await keepsItsShare(second, () => second.register())
})
