import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519PublicKey, signEd25519 } from '../../src/crypto/ed25519.ts'
import { verifyEd25519 } from '../../src/crypto/ed25519-verify.ts'
import { sha256 } from '../../src/crypto/hash.ts'
import { HEADER_BYTES } from '../../src/ledger/header.ts'
import { formatCheckpoint } from '../../src/log/checkpoint.ts'
import { cosign } from '../../src/log/cosignature.ts'
import { CosignedLog, checkpointNote, originOf } from '../../src/log/cosigned.ts'
import { append, EMPTY_FRONTIER, logRootOf, type TileRoot } from '../../src/log/frontier.ts'
import { entryHash } from '../../src/log/merkle.ts'
import { encodePeerMessage } from '../../src/network/peer-messages.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { insertLogTiles } from '../../src/storage/log.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { count, type Figure, printFigures, seconds } from './support/report.ts'

const HEADERS = 2 ** 18
const ORIGIN = originOf('0'.repeat(64))
/** Blocks that the validators of a chain cosign, to measure one. */
const BLOCKS = 200

/** What the log of headers costs: bytes per header, and time per block. */
export async function benchLog(): Promise<void> {
  const full: TileRoot[] = []
  let log = EMPTY_FRONTIER
  const time = await seconds(() => {
    const header = new Uint8Array(HEADER_BYTES)
    const view = new DataView(header.buffer)
    for (let i = 0; i < HEADERS; i++) {
      view.setUint32(0, i)
      const appended = append(log, entryHash(header))
      log = appended.frontier
      logRootOf(log)
      full.push(...appended.full)
    }
  })
  printFigures('Log of headers', [
    { name: 'bytes per header in the headers themselves (logRoot)', value: '32' },
    { name: 'bytes per header at rest, tiles with index', value: (await bytesAtRest(full)).toFixed(2) },
    {
      name: 'time to append a header and compute the root',
      value: `${((1e6 * time) / HEADERS).toFixed(1)} µs`,
    },
    ...[4, 32, 128].map(cosigning),
  ])
}

/** Bytes of the stored hashes and their index, per header. */
async function bytesAtRest(full: readonly TileRoot[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { max: 1 })
  try {
    await migrateDatabase(database)
    await database.sql.begin((tx) => insertLogTiles(tx, full))
    const [row] = await database.sql<{ bytes: number }[]>`
      SELECT pg_total_relation_size('log_node')::int AS bytes`
    return row!.bytes / HEADERS
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What each node of a chain spends on a block's cosignatures. */
function cosigning(validators: number): Figure {
  const seeds = Array.from({ length: validators }, (_, i) => sha256(Uint8Array.of(i)))
  const keys = seeds.map(ed25519PublicKey)
  const quorum = Math.floor((2 * validators) / 3) + 1
  const verify = (i: number, message: Uint8Array, signature: Uint8Array) =>
    verifyEd25519(keys[i]!, message, signature)
  const log = new CosignedLog({ origin: ORIGIN, count: validators, quorum, verify })
  const blocks = Array.from({ length: BLOCKS }, (_, size) => {
    const root = sha256(Uint8Array.of(size))
    const text = formatCheckpoint({ origin: ORIGIN, size, root })
    const said = seeds.map((seed) => cosign(text, 1_800_000_000, (message) => signEd25519(seed, message)))
    return { size, root, said }
  })
  const started = performance.now()
  for (const { size, root, said } of blocks) {
    log.advance(size, root)
    for (const [i, { time, signature }] of said.entries()) log.add(i, { size, root, time, signature })
  }
  const ms = (performance.now() - started) / BLOCKS
  const { size, root, said } = blocks[0]!
  const message = { type: 'cosignatures' as const, size, root, cosignatures: [{ validator: 0, ...said[0]! }] }
  const limits = { validators, maxBodyBytes: 1, maxRecords: 1 }
  const received = (validators - 1) * encodePeerMessage(message, limits).length
  const note = checkpointNote(ORIGIN, keys, log.newest!)
  return {
    name: `cosignatures of a block with ${validators} validators: bytes that a node receives; their checks; the checkpoint`,
    value: `${count(received)}; ${ms.toFixed(1)} ms; ${count(Buffer.byteLength(note))} bytes`,
  }
}
