import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '../../src/codec/bytes.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { decodeHeader } from '../../src/ledger/header.ts'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/server.ts'
import { genesisOf } from '../support/ledger/ledger-world.ts'
import { ProcessNetwork, validatorsOf } from '../support/network/process-network.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'
import { openForTest } from '../support/storage/postgres.ts'

const folder = testFolder('quorum')
let server: EmbeddedServer
let network: ProcessNetwork

beforeAll(async () => {
  server = await startEmbedded({ dataDir: folder })
  const genesis = genesisOf({
    startTime: Date.now(),
    eraMs: 400,
    baseMs: 1_000,
    validators: validatorsOf(4),
  })
  network = new ProcessNetwork(server, join(folder, 'network'), genesis)
  await network.start()
})
afterAll(async () => {
  await network.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const reach = (height: number, members: number[]) =>
  until(
    () => members.every((i) => network.height(i) >= height),
    () => `height ${height} at ${members}: ${members.map((i) => network.height(i))}`,
  )

/** Block hash and state root by height, from a node's database. */
async function history(i: number): Promise<string[]> {
  const { sql } = openForTest(network.databaseUrl(i), 1)
  const rows = await sql<
    { hash: Uint8Array; header: Uint8Array }[]
  >`SELECT hash, header FROM block ORDER BY height`
  return rows.map(({ hash, header }) => `${bytesToHex(hash)} ${fieldToHex(decodeHeader(header).stateRoot)}`)
}

/** Waits until a node sees so many peers; the era of then. */
async function peers(i: number, count: number): Promise<number> {
  const status = () => network.nodes[i]!.control.status()
  await until(async () => (await status()).peers.length === count)
  return (await status()).era
}

test('four processes make blocks in turns, go on without one, stop without two, and go on again with the same history', async () => {
  await reach(4, [0, 1, 2, 3])
  await until(() => new Set(network.nodes[0]!.blocks.map(({ view }) => view % 4)).size === 4)
  await network.stopNode(3, 'SIGKILL')
  await reach(network.height(0) + 6, [0, 1, 2])
  await network.stopNode(2, 'SIGKILL')
  const eras = await Promise.all([0, 1].map((i) => peers(i, 1)))
  // A block whose votes were all here may still become final; no other can.
  const stopped = Math.max(network.height(0), network.height(1))
  await until(async () => (await network.nodes[0]!.control.status()).era > Math.max(...eras) + 10)
  expect(Math.max(network.height(0), network.height(1))).toBeLessThanOrEqual(stopped + 1)
  await network.startNode(2)
  await reach(stopped + 4, [0, 1, 2])
  await network.startNode(3)
  await reach(network.height(0) + 2, [0, 1, 2, 3])
  const height = Math.min(...[0, 1, 2, 3].map((i) => network.height(i)))
  const all = await Promise.all([0, 1, 2, 3].map(history))
  for (const one of all) expect(one.slice(0, height + 1)).toEqual(all[0]!.slice(0, height + 1))
})
