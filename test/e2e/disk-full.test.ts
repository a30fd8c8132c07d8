import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import type { Client } from '../../src/client/types.ts'
import { freePort } from '../support/network/free-port.ts'
import { Network } from '../support/network/ictl-network.ts'
import { Lane, notFinal, supplyOf, viewOf } from '../support/network/load.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'

const NODES = 4
/** A disk of its own, in memory; only root may make one. */
const folder = testFolder('disk')
const isMounted = mount()
const ballast = join(folder, 'ballast')
let network: Network
let clients: Client[]

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    console.log('no disk of its own can be mounted here: skipped')
    return false
  }
}

beforeAll(async () => {
  if (!isMounted) return
  const args = ['--nodes', String(NODES), '--era', '500', '--no-demo', '--prove', 'none']
  network = new Network(join(folder, 'data'), await freePort(), args)
  await network.start()
  clients = Array.from({ length: NODES }, (_, i) =>
    createClient({ url: `http://127.0.0.1:${network.port + i}/graphql` }),
  )
})
afterAll(async () => {
  await network?.stop()
  if (isMounted) execFileSync('umount', ['-l', folder])
  rmSync(folder, { recursive: true, force: true })
})

/** Writes until nothing more fits. */
function fill(): void {
  const file = openSync(ballast, 'a')
  try {
    for (let size = 1 << 20; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size))
      } catch {
        size >>= 1
      }
    }
  } finally {
    closeSync(file)
  }
}

const isOutOfSpace = () =>
  /no space left on device/i.test(readFileSync(join(folder, 'data/postgres.log'), 'utf8'))

const heights = async () =>
  Promise.all(
    clients.map(async (client) =>
      Number(
        (await client.query<{ chain: { finalizedHeight: string } }>('{ chain { finalizedHeight } }')).chain
          .finalizedHeight,
      ),
    ),
  )

describe.skipIf(!isMounted)('a full disk', () => {
  test('pauses the network until there is space; nothing accepted is lost', async () => {
    const lanes = clients.map(({ url }, i) => new Lane(url, `DISK-${i}`))
    const over = new AbortController()
    const running = lanes.map((lane) => lane.run(over.signal, 30))
    await until(() => lanes.every((lane) => lane.accepted.length >= 5))
    const before = Math.max(...(await heights()))
    await until(() => {
      fill()
      return isOutOfSpace()
    })
    // Full for a while: whatever space Postgres frees meanwhile is taken, too.
    for (let i = 0; i < 80; i++) {
      fill()
      await sleep(100)
    }
    rmSync(ballast)
    await until(
      async () => Math.min(...(await heights().catch(() => [0]))) > before + 3,
      () => `the network goes on\n${network.output}`,
    )
    const atOnce = lanes.map(({ accepted }) => accepted.length)
    await until(() => lanes.every((lane, i) => lane.accepted.length >= atOnce[i]! + 3))
    over.abort()
    await Promise.all(running)
    const accepted = lanes.flatMap((lane) => lane.accepted)
    for (const client of clients) {
      await until(async () => (await notFinal(client, accepted)).length === 0)
      for (const { code } of lanes) {
        const { sum, cap } = await supplyOf(client, code)
        expect(sum).toBe(cap)
      }
    }
    expect(lanes.flatMap((lane) => lane.rejected)).toEqual([])
    const views = await Promise.all(clients.map(viewOf))
    const height = Math.min(...views.map((view) => view.height))
    for (const { hashes } of views)
      expect(hashes.slice(0, height + 1)).toEqual(views[0]!.hashes.slice(0, height + 1))
  })
})
