import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { utf8 } from '../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../src/crypto/ed25519.ts'
import { formatAddCheckpoint, MAX_REQUEST_BYTES } from '../../src/log/add-checkpoint.ts'
import { cosignerKey } from '../../src/log/cosignature.ts'
import { StateAt } from '../../src/proofs/state-replay.ts'
import { nextPosition } from '../../src/storage/heights.ts'
import { openLog } from '../../src/telemetry/log.ts'
import { WitnessStore } from '../../src/witness/store.ts'
import { VISITOR_LIMITS } from '../../src/witness/visitors.ts'
import { Witness } from '../../src/witness/witness.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { History, ORIGIN, POLICY } from '../support/log/two-histories.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { usageOf } from './support/api-usage.ts'
import { type BigDatabase, onBigDatabase } from './support/big-database.ts'
import { costlyQueries } from './support/costly-queries.ts'
import type { Kind, Order } from './support/one-hostile-client.ts'
import { partTimes } from './support/processor-time.ts'
import { count, cpuMs, type Figure, printFigures } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_HOSTILE_TRANSFERS ?? 10_000)
/** Milliseconds for which one kind of requests is sent, after as long in which the saved budget is used up. */
const EACH_MS = 6_000
const KINDS: Kind[] = ['costly queries', 'cheap queries', 'files that there are not']
/** Requests of a kind that the witness answers. */
const REQUESTS = 100
const DEPTH = 12

/** What one hostile client costs an api, one prover whoever serves it, and one visitor a witness (SECURITY.md, "What one client can cost an api"). */
export async function benchShell(): Promise<void> {
  await witnessFigures()
  await onBigDatabase(TRANSFERS, async (big) => {
    await clientFigures(big)
    await proverFigures(big)
  })
}

async function clientFigures(big: BigDatabase): Promise<void> {
  const program = (name: string) => new URL(`./support/${name}`, import.meta.url)
  const api = fork(program('api-process.ts'), [big.databaseUrl, big.genesisPath, 'limited'])
  const [url] = (await once(api, 'message')) as [string]
  const costly = JSON.stringify(costlyQueries(big.cast))
  const client = fork(program('one-hostile-client.ts'), [url, costly])
  const before = (await usageOf(api)).memory
  const figures: Figure[] = [{ name: 'resident memory before', value: megabytes(before) }]
  for (const kind of KINDS) {
    await attack(client, kind)
    const [apiMs, databaseMs] = [await microseconds(api), await databaseSeconds(big)]
    const answered = await attack(client, kind)
    const share = (seconds: number) => `${count((100_000 * seconds) / EACH_MS)} %`
    const own = share(((await microseconds(api)) - apiMs) / 1e6)
    const theirs = share((await databaseSeconds(big)) - databaseMs)
    const { memory } = await usageOf(api)
    figures.push({
      name: `${kind}: answered per second; processor time of the api, and of its database, of a core; memory after`,
      value: [count((1_000 * answered) / EACH_MS), own, theirs, megabytes(memory)].join('; '),
    })
  }
  client.disconnect()
  api.disconnect()
  await once(api, 'exit')
  printFigures(
    'What one client costs an api that sends one kind of requests as fast as they are answered',
    figures,
  )
}

async function attack(client: ChildProcess, kind: Kind): Promise<number> {
  const done = once(client, 'message')
  client.send({ kind, forMs: EACH_MS } satisfies Order)
  return ((await done) as [number])[0]
}

/** Processor time of an api process so far. */
async function microseconds(api: ChildProcess): Promise<number> {
  const answer = once(api, 'message')
  api.send('cpu')
  return ((await answer) as [number])[0]
}

async function databaseSeconds({ database }: BigDatabase): Promise<number> {
  const pids = await database.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity`
  return partTimes(pids.map(({ pid }) => pid)).get('postgres') ?? 0
}

/** What it takes to make the inputs of the first batch after those of the last one: the state is set back by all records between. */
async function proverFigures(big: BigDatabase): Promise<void> {
  const records = await nextPosition(big.database)
  const state = await StateAt.open(big.database, poseidon, DEPTH)
  await state.seek(records)
  const before = await databaseSeconds(big)
  const back = await cpuMs(() => state.seek(0))
  const database = 1_000 * ((await databaseSeconds(big)) - before)
  printFigures(
    'What one prover costs whoever serves it that asks for the first batch and the last in turns',
    [
      { name: 'records between', value: count(records) },
      {
        name: 'processor time of the api, and of its database',
        value: `${count(back)} ms; ${count(database)} ms`,
      },
    ],
  )
}

/** What one visitor costs a witness that asks as often as it may. */
async function witnessFigures(): Promise<void> {
  const seed = new Uint8Array(32).fill(50)
  const witness = new Witness({
    key: cosignerKey('witness.example', ed25519PublicKey(seed)),
    sign: (message) => signEd25519(seed, message),
    policies: new Map([[ORIGIN, POLICY]]),
    store: new WitnessStore(testFolder('witness')),
    log: openLog('bench', 'silent'),
    now: Date.now,
  })
  const note = new History('abcdefgh').noteAt(8, [0, 1, 2, 3])
  await witness.addCheckpoint(utf8(formatAddCheckpoint({ oldSize: 0, proof: [], note })))
  // As many signatures as a note may have, so that each key has signed many times.
  const [text = '', signatures = ''] = note.split(/(?<=\n\n)/)
  const many = text + signatures.repeat(128)
  const wrong = many.replace('\n\n', '\nextension\n\n')
  const kinds: [name: string, body: Uint8Array][] = [
    ['the newest checkpoint again', utf8(formatAddCheckpoint({ oldSize: 8, proof: [], note }))],
    ['an old size', utf8(formatAddCheckpoint({ oldSize: 0, proof: [], note }))],
    ['512 signatures', utf8(formatAddCheckpoint({ oldSize: 8, proof: [], note: many }))],
    [
      '512 signatures, of which one is verified',
      utf8(formatAddCheckpoint({ oldSize: 8, proof: [], note: wrong })),
    ],
    ['what is no request', new Uint8Array(MAX_REQUEST_BYTES).fill(120)],
  ]
  const figures: Figure[] = []
  for (const [name, body] of kinds) {
    const { status } = await witness.addCheckpoint(body)
    const used = process.cpuUsage()
    for (let i = 0; i < REQUESTS; i++) await witness.addCheckpoint(body)
    const { user, system } = process.cpuUsage(used)
    const ms = (user + system) / 1_000 / REQUESTS
    const share = (VISITOR_LIMITS.perSecond * ms) / 10
    figures.push({
      name: `${name} (${status})`,
      value: `${ms.toFixed(2)} ms; ${share.toFixed(1)} % of a core`,
    })
  }
  printFigures(
    `Processor time of a witness per request; of a visitor that asks ${VISITOR_LIMITS.perSecond} times per second`,
    figures,
  )
}

const megabytes = (bytes: number) => `${count(bytes / 1e6)} MB`
