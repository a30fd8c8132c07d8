import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import type { Client } from '../../src/client/types.ts'
import { freePort } from '../support/network/free-port.ts'
import { ictl, Network } from '../support/network/ictl-network.ts'
import { Lane, notFinal, supplyOf, viewOf } from '../support/network/load.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'

/** Times that a node is killed under load; `npm run test:kills` does 200. */
const CYCLES = Number(process.env.KILL_CYCLES ?? 10)
const NODES = 4

const folder = testFolder('nodes')
let network: Network
let clients: Client[]

beforeAll(async () => {
  const args = ['--nodes', String(NODES), '--era', '400', '--no-demo', '--prove', 'none']
  network = new Network(folder, await freePort(), args)
  await network.start()
  clients = Array.from({ length: NODES }, (_, i) =>
    createClient({ url: `http://127.0.0.1:${network.port + i}/graphql` }),
  )
})
afterAll(async () => {
  await network.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Process ids of the nodes that run now. */
function nodes(): number[] {
  const rows = execFileSync('ps', ['-o', 'pid=,args=', '-p', network.pids().join(',')], { encoding: 'utf8' })
  return rows
    .split('\n')
    .filter((row) => /main\.js node\b/.test(row))
    .map((row) => Number(row.trim().split(/\s+/)[0]))
}

const heightOf = async (client: Client) =>
  Number(
    (await client.query<{ chain: { finalizedHeight: string } }>('{ chain { finalizedHeight } }')).chain
      .finalizedHeight,
  )

const highest = async () => Math.max(...(await Promise.all(clients.map(heightOf))))

/** Waits until every api tells of this height; while the network recovers, apis may not answer. */
async function reach(height: number): Promise<void> {
  const heights = () => Promise.all(clients.map(heightOf)).catch(() => [])
  await until(
    async () => {
      const all = await heights()
      return all.length === NODES && all.every((one) => one >= height)
    },
    () => `every api at height ${height}\n${network.output}`,
  )
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('ictl up --nodes 4', () => {
  test('runs four nodes, each with its api, that agree on every block', async () => {
    await reach(3)
    const status = async () => (await ictl(['status', '--url', clients[2]!.url])).stdout
    await until(async () => /^node +READY in view \d+/m.test(await status()))
    await until(async () => (await status()).match(/^peer +validator-\d at height/gm)?.length === NODES - 1)
    const views = await Promise.all(clients.map(viewOf))
    const height = Math.min(...views.map((view) => view.height))
    for (const { hashes } of views)
      expect(hashes.slice(0, height + 1)).toEqual(views[0]!.hashes.slice(0, height + 1))
  })

  test('restarts Postgres when it is killed, and continues', async () => {
    const before = await highest()
    const postmaster = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]
    process.kill(Number(postmaster), 'SIGKILL')
    await until(() => network.output.includes('Postgres ended; starting it again'))
    await reach(before + 3)
  })

  test(
    `survives ${CYCLES} kills of its nodes under load: no fork, nothing accepted is lost, supply is conserved`,
    async () => {
      const lanes = clients.map(({ url }, i) => new Lane(url, `LOAD-${i}`))
      const over = new AbortController()
      const running = lanes.map((lane) => lane.run(over.signal, 50))
      await until(() => lanes.every((lane) => lane.accepted.length >= 3))
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        await until(() => nodes().length === NODES)
        // At any moment of starting up and of taking part.
        await pause(Math.random() * 3_000)
        const running = nodes()
        process.kill(running[Math.floor(Math.random() * running.length)]!, 'SIGKILL')
        if (cycle % 20 === 19) console.log(`${cycle + 1} kills, height ${await highest()}`)
      }
      over.abort()
      await Promise.all(running)
      await reach((await highest()) + 3)
      const accepted = lanes.flatMap((lane) => lane.accepted)
      expect(accepted.length).toBeGreaterThan(CYCLES)
      expect(lanes.flatMap((lane) => lane.rejected)).toEqual([])
      for (const client of clients) {
        let missing = accepted
        await until(
          async () => {
            missing = await notFinal(client, accepted)
            return missing.length === 0
          },
          () => `accepted and not final: ${missing}`,
        )
        for (const { code } of lanes) {
          const { sum, cap } = await supplyOf(client, code)
          expect(sum).toBe(cap)
        }
      }
      const views = await Promise.all(clients.map(viewOf))
      const height = Math.min(...views.map((view) => view.height))
      for (const { hashes, stateRoots } of views) {
        expect(hashes.slice(0, height + 1)).toEqual(views[0]!.hashes.slice(0, height + 1))
        expect(stateRoots.slice(0, height + 1)).toEqual(views[0]!.stateRoots.slice(0, height + 1))
      }
      console.log(
        `${CYCLES} kills, ${height} blocks, ${accepted.length} actions accepted, all final on every node`,
      )
    },
    300_000 + CYCLES * 15_000,
  )
})
