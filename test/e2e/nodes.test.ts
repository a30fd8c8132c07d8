import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, createClient } from '../../src/client/client.ts'
import { freePort, ictl, Network } from '../support/network/ictl-network.ts'
import { Lane, notFinal, supplyOf, viewOf } from '../support/network/load.ts'

/** Times that a node is killed under load; `npm run test:kills` does 200. */
const CYCLES = Number(process.env.KILL_CYCLES ?? 10)
const NODES = 4

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-nodes-'))
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

async function reach(height: number, timeoutMs = 120_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; ) {
    const heights = await Promise.all(clients.map(heightOf))
    if (heights.every((one) => one >= height)) return
    if (Date.now() > deadline)
      throw new Error(`heights ${heights} where ${height} was expected\n${network.output}`)
    await pause(100)
  }
}

/** As reach, while apis may not answer. */
async function reachPatiently(height: number): Promise<void> {
  while (
    !(await reach(height, 0).then(
      () => true,
      () => false,
    ))
  )
    await pause(200)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('ictl up --nodes 4', () => {
  test('runs four nodes, each with its api, that agree on every block', async () => {
    await reach(3)
    const { stdout } = await ictl(['status', '--url', clients[2]!.url])
    expect(stdout).toMatch(/^node +READY in view \d+/m)
    expect(stdout.match(/^peer +validator-\d at height/gm)).toHaveLength(NODES - 1)
    const views = await Promise.all(clients.map(viewOf))
    const height = Math.min(...views.map((view) => view.height))
    for (const { hashes } of views)
      expect(hashes.slice(0, height + 1)).toEqual(views[0]!.hashes.slice(0, height + 1))
  })

  test('starts Postgres again when it is killed, and goes on', async () => {
    const before = await highest()
    const postmaster = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]
    process.kill(Number(postmaster), 'SIGKILL')
    while (!network.output.includes('Postgres ended; starting it again')) await pause(50)
    await reachPatiently(before + 3)
  })

  test(
    `survives ${CYCLES} kills of its nodes under load: no fork, nothing accepted is lost, supply is conserved`,
    async () => {
      const lanes = clients.map(({ url }, i) => new Lane(url, `LOAD-${i}`))
      const over = new AbortController()
      const running = lanes.map((lane) => lane.run(over.signal, 50))
      while (lanes.some((lane) => lane.accepted.length < 3)) await pause(50)
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        while (nodes().length < NODES) await pause(100)
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
        for (
          const deadline = Date.now() + 60_000;
          (await notFinal(client, accepted)).length > 0 && Date.now() < deadline;
        )
          await pause(500)
        expect(await notFinal(client, accepted)).toEqual([])
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
    60_000 + CYCLES * 15_000,
  )
})
