import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { type ApiHeap, type ApiUsage, heapOf, UsageWatch, usageOf } from './support/api-usage.ts'
import { Asker, both, ratio } from './support/asker.ts'
import { onBigDatabase } from './support/big-database.ts'
import { costlyQueries } from './support/costly-queries.ts'
import { type Attacks, CLIENTS } from './support/hostile-crowd.ts'
import { count, type Figure, milliseconds, printFigures } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_HOSTILE_TRANSFERS ?? 10_000)
const ROUNDS = 3
/** Cheap questions in a row while nothing else is asked. */
const QUIET = 300
/** Milliseconds of a round in which everything is asked. */
const BUSY_MS = 4_000
/** Milliseconds between two looks at the memory. */
const LOOK_MS = 200
/** Milliseconds from the last hostile request to the last look at the memory. */
const AFTER_MS = 8_000
const HEIGHT = '{ chain { finalizedHeight } }'

/** What a client notices that asks for little, while others send every hostile request, again and again, and costly queries; and what it costs the api. */
export async function benchHostile(): Promise<void> {
  await onBigDatabase(TRANSFERS, async ({ databaseUrl, genesisPath, cast }) => {
    const program = new URL('./support/api-process.ts', import.meta.url)
    const api = fork(program, [databaseUrl, genesisPath, 'limited'])
    const ended = once(api, 'exit')
    const [url] = (await once(api, 'message')) as [string]
    await measure(url, api, costlyQueries(cast))
    api.disconnect()
    await ended
  })
}

async function measure(url: string, api: ChildProcess, costly: string[]): Promise<void> {
  const other = new Asker(url, 0)
  const crowd = new Crowd(url, costly)
  // Once beforehand, so that what the api compiles and keeps is not taken for what it fails to give back.
  await Promise.all([crowd.attack(BUSY_MS), other.askUntil((asked) => asked === QUIET, HEIGHT)])
  const heapBefore = await heapOf(api, url)
  const before = await usageOf(api)
  const watch = new UsageWatch(api, LOOK_MS)
  const load = loadavg()[0]!
  // Quiet and busy in turns, so that other work on the machine counts for both.
  const [quiet, busy]: [number[], number[]] = [[], []]
  const sum: Attacks = { hostile: 0, answered: 0, refused: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(...(await other.askUntil((asked) => asked === QUIET, HEIGHT)))
    let isOver = false
    const attacking = crowd.attack(BUSY_MS).then((attacks) => {
      isOver = true
      for (const name of ['hostile', 'answered', 'refused'] as const) sum[name] += attacks[name]
    })
    busy.push(...(await other.askUntil(() => isOver, HEIGHT)))
    await attacking
  }
  await watch.stop()
  await setTimeout(AFTER_MS)
  const after = await usageOf(api)
  const first = await heapOf(api, url)
  // A cache that is full does not grow when the same comes again; a leak does.
  for (let round = 0; round < ROUNDS; round++) await crowd.attack(BUSY_MS)
  await setTimeout(AFTER_MS)
  const second = await heapOf(api, url)
  crowd.leave()
  other.close()
  printFigures(`A client beside ${2 * CLIENTS} others that send hostile requests and costly queries`, [
    {
      name: `in ${(ROUNDS * BUSY_MS) / 1_000} s: hostile requests; costly queries answered; refused`,
      value: `${count(sum.hostile)}; ${count(sum.answered)}; ${count(sum.refused)}`,
    },
    { name: 'the height: alone', value: both(quiet) },
    { name: 'the height: meanwhile', value: both(busy) },
    { name: 'meanwhile, as multiples of alone', value: ratio(busy, quiet), goal: 'p99 3' },
    {
      name: "longest time for which the api's thread did nothing else",
      value: milliseconds(watch.peak.longestBlockMs),
      goal: '100 ms',
    },
    ...memoryFigures({ before, peak: watch.peak, after, heaps: [heapBefore, first, second] }),
    { name: 'load average of the machine after the first attack', value: load.toFixed(1) },
  ])
}

/** What the api held before, and after each of two equal attacks. */
interface Held {
  before: ApiUsage
  peak: ApiUsage
  after: ApiUsage
  heaps: [before: ApiHeap, first: ApiHeap, second: ApiHeap]
}

function memoryFigures({ before, peak, after, heaps }: Held): Figure[] {
  const share = ({ memory }: ApiUsage) =>
    `${count(memory / 1e6)} MB, ${count((100 * memory) / before.memory)} %`
  const megabytes = (bytes: number[]) => bytes.map((some) => `${(some / 1e6).toFixed(1)} MB`).join('; ')
  const [beforeHeap, ...rest] = heaps.map(({ bytes, keptAnswers }) => bytes - keptAnswers)
  const shares = rest.map((bytes) => `${((100 * bytes) / beforeHeap!).toFixed(1)} %`)
  return [
    {
      name: `resident memory before; at most; ${AFTER_MS / 1_000} s after`,
      value: [before, peak, after].map(share).join('; '),
    },
    {
      name: 'what is in use once garbage is collected: before; after that attack; after the same again',
      value: megabytes(heaps.map(({ bytes }) => bytes)),
    },
    {
      name: 'of it answers that are kept, bounded',
      value: megabytes(heaps.map(({ keptAnswers }) => keptAnswers)),
    },
    { name: 'the rest, as a share of what it was before', value: shares.join('; '), goal: '120 %' },
  ]
}

/** The clients that attack, in a process of their own. */
class Crowd {
  readonly #process: ChildProcess

  constructor(url: string, costly: string[]) {
    this.#process = fork(new URL('./support/hostile-crowd.ts', import.meta.url), [
      url,
      JSON.stringify(costly),
    ])
  }

  async attack(forMs: number): Promise<Attacks> {
    const done = once(this.#process, 'message')
    this.#process.send(forMs)
    return ((await done) as [Attacks])[0]
  }

  /** Ends the process, and with it all requests that the server still waits for. */
  leave(): void {
    this.#process.disconnect()
  }
}
