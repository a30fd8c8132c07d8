import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/network/free-port.ts'
import { ictl, Network } from '../support/network/ictl-network.ts'
import { MOONCATS } from '../support/shared/mooncats.ts'
import { hasShared, sharedPath } from '../support/shared/shared-folder.ts'
import { endedChildrenSeconds, type ProcessorTimes, partTimes } from './support/processor-time.ts'
import { count, type Figure, printFigures, seconds } from './support/report.ts'

/** Rows of the file that are imported; by default all. */
const ROWS = Number(process.env.BENCH_ROWS ?? Number.POSITIVE_INFINITY)
/** More arguments of `ictl up`, such as `--era 1000`. */
const UP = (process.env.BENCH_UP ?? '').split(' ').filter(Boolean)
const COUNTS = '{ chain { counts { transfers assets } } }'

/** The whole path of a real history: `ictl import` through API, pool, blocks and Postgres of an `ictl up` with its defaults. */
export async function benchImport(): Promise<void> {
  if (!hasShared()) return console.log('\nimport: skipped, ../shared is absent')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const network = new Network(join(folder, 'data'), await freePort(), [
    '--no-demo',
    ...['--prove', 'none'],
    ...UP,
  ])
  try {
    const start = await seconds(() => network.start())
    const file = join(folder, 'rows.csv')
    const report = join(folder, 'report.csv')
    writeFileSync(file, firstLines(sharedPath('data', 'mooncats', 'transfers.csv'), ROWS))
    const [before, clientBefore] = [partTimes(network.pids()), endedChildrenSeconds()]
    const took = await seconds(async () => {
      const where = ['--data', network.data, '--url', network.url, '--report', report]
      const { status, stderr } = await ictl(['import', file, ...MOONCATS, ...where])
      if (status !== 0) throw new Error(stderr)
    })
    const client = endedChildrenSeconds() - clientBefore
    const times = new Map([['client', client], ...differences(before, partTimes(network.pids()))])
    const rows = readFileSync(report, 'utf8').trimEnd().split('\n').length - 1
    const { chain } = await network.client.query<{ chain: { counts: Record<string, string> } }>(COUNTS)
    const actions = Number(chain.counts.transfers)
    printFigures(`Import of a history, ictl up with its defaults${['', ...UP].join(' ')}`, [
      { name: 'first start, until ready', value: `${start.toFixed(1)} s` },
      {
        name: `${count(rows)} rows of unique things, ${count(actions)} actions`,
        value: `${took.toFixed(0)} s`,
      },
      { name: 'rows per second, whole path', value: count(rows / took), goal: '1,000' },
      ...processorTime(times, actions),
      ...memory(network),
    ])
  } finally {
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A file's header and its first rows. */
function firstLines(path: string, rows: number): string {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, rows + 1)
    .join('\n')
}

function differences(before: ProcessorTimes, after: ProcessorTimes): [string, number][] {
  return [...after].map(([name, time]) => [name, time - (before.get(name) ?? 0)])
}

function processorTime(times: ProcessorTimes, actions: number): Figure[] {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times, ['all' as string, total] as const].map(([name, time]) => ({
    name: `processor time: ${name}`,
    value: `${time.toFixed(1)} s, ${count((1e6 * time) / actions)} µs per action`,
  }))
}

/** Resident memory of the processes of a network. */
function memory(network: Network): Figure[] {
  return ['node', 'api'].map((name) => {
    const kib = network
      .pids()
      .map((pid) => execFileSync('ps', ['-o', 'rss=,args=', '-p', String(pid)], { encoding: 'utf8' }))
      .filter((line) => /main\.js (\w+)/.exec(line)?.[1] === name)
      .map((line) => Number.parseInt(line, 10))
    return { name: `memory of the ${name}, resident`, value: `${count((kib[0] ?? 0) / 1024)} MB` }
  })
}
