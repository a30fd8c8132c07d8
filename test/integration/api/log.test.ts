import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { Failure } from '../../../src/config/failure.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { encodeHeader } from '../../../src/ledger/header.ts'
import { formatCheckpoint, parseCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign } from '../../../src/log/cosignature.ts'
import { checkpointNote, originOf, quorumPolicy } from '../../../src/log/cosigned.ts'
import { logRootOf } from '../../../src/log/frontier.ts'
import { entryHash } from '../../../src/log/merkle.ts'
import { parseNote } from '../../../src/log/note.ts'
import { judgeCheckpoint } from '../../../src/log/policy.ts'
import {
  consistencyProof,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/log/proofs.ts'
import { decodeTile, nodesFromTiles, tilePath } from '../../../src/log/tiles.ts'
import type { Database } from '../../../src/storage/database.ts'
import { loadLog } from '../../../src/storage/log.ts'
import { readBlocks } from '../../../src/storage/reads/blocks.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

/** One full tile, and two entries more. */
const SIZE = 258
const genesis = genesisOf()
const ORIGIN = originOf(fieldToHex(chainIdOf(genesis)))
const SEED = new Uint8Array(32).fill(5)
/** What the node has as its newest checkpoint. */
let node: () => string | null = () => null
let database: Database
let chain: StoredChain
let api: RunningApi

beforeAll(async () => {
  ;({ database } = await chainDatabase(genesis))
  chain = new StoredChain(database, genesis)
  for (let height = 1; height < SIZE; height++) await chain.commit([])
  const control = { ...idleNode('00'.repeat(32)), checkpoint: async () => node() }
  api = await serveApi(database, genesis, { control })
})
afterAll(() => api.stop())

const get = (path: string, init?: RequestInit) => fetch(`${api.url}/tile/${path}`, init)

/** Reads a log of `size` entries from the api alone. */
const nodes = (size: number) =>
  nodesFromTiles(size, async (tile) => {
    const response = await get(tilePath(tile))
    return decodeTile(new Uint8Array(await response.arrayBuffer()), tile.width)!
  })

async function header(height: number) {
  const [block] = await readBlocks(database, [height])
  return block!.header
}

describe('the log of headers', () => {
  test('has the root that the next header would have, after a load from hashes and headers', async () => {
    const log = await loadLog(database)
    expect(log.size).toBe(SIZE)
    await chain.commit([])
    expect(chain.header.logRoot).toEqual(logRootOf(log))
    expect((await loadLog(database)).size).toBe(SIZE + 1)
  })

  test('proves from tiles alone that old headers are under the root in the newest', async () => {
    const { height: size, logRoot: root } = await header(SIZE - 1)
    for (const index of [0, 100, 255, 256]) {
      const hash = entryHash(encodeHeader(await header(index)))
      const proof = await inclusionProof(index, size, nodes(size))
      expect(verifyInclusion({ index, size, hash, proof, root })).toBe(true)
    }
    const { height: oldSize, logRoot: oldRoot } = await header(70)
    const proof = await consistencyProof(oldSize, size, nodes(size))
    expect(verifyConsistency({ oldSize, oldRoot, size, root, proof })).toBe(true)
  })

  test('is served in tiles and entries that caches may keep', async () => {
    const full = await get('0/000')
    expect(full.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(full.headers.get('content-type')).toBe('application/octet-stream')
    expect((await full.arrayBuffer()).byteLength).toBe(8_192)
    expect((await (await get('1/000.p/1')).arrayBuffer()).byteLength).toBe(32)
    const entries = new Uint8Array(await (await get('entries/001.p/2')).arrayBuffer())
    expect(entries.length).toBe(2 * 285)
    expect(entries.slice(2, 285)).toEqual(encodeHeader(await header(256)))
    const head = await get('0/000', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '8192'])
  })

  test.each(['0/001', '0/001.p/200', '1/000', '2/000.p/1', '0/0', '7/000', 'entries/002.p/1', '', '0/000?x'])(
    'has nothing at %s',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toBeTruthy()
    },
  )

  test('is only read', async () => {
    const response = await get('0/000', { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('with a damaged hash or header is found when it is loaded', async () => {
    const { sql } = database
    for (const [table, column, row] of [
      ['log_node', 'hash', 'level = 1'],
      ['block', 'header', `height = ${SIZE - 2}`],
    ]) {
      const flip = `UPDATE ${table} SET ${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1) WHERE ${row}`
      await sql.unsafe(`ALTER TABLE ${table} DISABLE TRIGGER ALL; ${flip}`)
      await expect(loadLog(database)).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' })
      await sql.unsafe(flip)
      await loadLog(database)
    }
  })
})

test('the newest checkpoint of the node is served as a note that fits the tiles', async () => {
  const checkpoint = () => fetch(`${api.url}/checkpoint`)
  const noteOf = (size: number, root: Uint8Array) => {
    const sign = (message: Uint8Array) => signEd25519(SEED, message)
    const own = cosign(formatCheckpoint({ origin: ORIGIN, size, root }), 1_700_000_000, sign)
    return checkpointNote(ORIGIN, [ed25519PublicKey(SEED)], { size, root, cosignatures: [[0, own]] })
  }
  expect((await checkpoint()).status).toBe(404)
  const { height: size, logRoot: root } = await header(SIZE - 1)
  node = () => noteOf(size, root)
  const response = await checkpoint()
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const note = parseNote(await response.text())
  const policy = quorumPolicy({ origin: ORIGIN, quorum: 1 }, [ed25519PublicKey(SEED)])
  expect(judgeCheckpoint(policy, note)).toEqual({ valid: true, cosigned: ['validator-0'] })
  const shown = parseCheckpoint(note.text)
  const hash = entryHash(encodeHeader(await header(7)))
  const proof = await inclusionProof(7, shown.size, nodes(shown.size))
  expect(verifyInclusion({ index: 7, hash, proof, ...shown })).toBe(true)
  // A replica may not have what the node has.
  node = () => noteOf(SIZE + 100, root)
  expect((await checkpoint()).status).toBe(404)
  node = () => {
    throw new Failure('NODE_UNREACHABLE', 'away', { retry: true })
  }
  expect((await checkpoint()).status).toBe(503)
})
