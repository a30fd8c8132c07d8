import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/network/free-port.ts'
import { ictl, Network } from '../support/network/ictl-network.ts'
import { MOONCATS } from '../support/shared/mooncats.ts'
import { hasShared, sharedPath } from '../support/shared/shared-folder.ts'
import { count, type Figure, printFigures, seconds } from './support/report.ts'

/** The whole path of a real history: `ictl import` through API, pool, blocks and Postgres of an `ictl up` with its defaults. */
export async function benchImport(): Promise<void> {
  if (!hasShared()) return console.log('\nimport: skipped, ../shared is absent')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const network = new Network(join(folder, 'data'), await freePort(), ['--no-demo', '--prove', 'none'])
  try {
    const start = await seconds(() => network.start())
    const file = sharedPath('data', 'mooncats', 'transfers.csv')
    const report = join(folder, 'report.csv')
    const took = await seconds(async () => {
      const where = ['--data', network.data, '--url', network.url, '--report', report]
      const { status, stderr } = await ictl(['import', file, ...MOONCATS, ...where])
      if (status !== 0) throw new Error(stderr)
    })
    const rows = readFileSync(report, 'utf8').trimEnd().split('\n').length - 1
    printFigures('Import of a history, ictl up with its defaults', [
      { name: 'first start, until ready', value: `${start.toFixed(1)} s` },
      { name: `${count(rows)} rows of unique things`, value: `${took.toFixed(0)} s` },
      { name: 'rows per second, whole path', value: count(rows / took) },
      ...memory(network),
    ])
  } finally {
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  }
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
