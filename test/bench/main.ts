import { benchBusy } from './busy.ts'
import { benchCeremony } from './ceremony.ts'
import { benchCertificates } from './certificates.ts'
import { benchCommit } from './commit.ts'
import { benchExport } from './export.ts'
import { benchFieldCosts } from './field-costs.ts'
import { benchHashing } from './hashing.ts'
import { benchHostile } from './hostile.ts'
import { benchImport } from './import.ts'
import { benchImportMemory } from './import-memory.ts'
import { benchLive } from './live.ts'
import { benchLog } from './log.ts'
import { benchNetwork } from './network.ts'
import { benchOpen } from './open.ts'
import { benchOrigin } from './origin.ts'
import { benchPage } from './page.ts'
import { benchPast } from './past.ts'
import { benchPeer } from './peer.ts'
import { benchPool } from './pool.ts'
import { benchProving } from './proving.ts'
import { benchQueries } from './queries.ts'
import { benchShell } from './shell.ts'
import { benchStateMemory } from './state-memory.ts'
import { machineLine } from './support/report.ts'
import { benchTraces } from './traces.ts'

/** `npm run bench [-- NAME ...]`: all benchmarks, or the named ones. The figures go into docs/performance.md as they are printed. */
const benches: Record<string, () => Promise<void>> = {
  hashing: benchHashing,
  commit: benchCommit,
  memory: benchStateMemory,
  log: benchLog,
  queries: benchQueries,
  past: benchPast,
  certificates: benchCertificates,
  export: benchExport,
  peer: benchPeer,
  pool: benchPool,
  live: benchLive,
  page: benchPage,
  traces: benchTraces,
  hostile: benchHostile,
  shell: benchShell,
  costs: benchFieldCosts,
  import: benchImport,
  'import-memory': benchImportMemory,
  network: benchNetwork,
  proving: benchProving,
  origin: benchOrigin,
}

/** Only when they are named. */
const long: Record<string, () => Promise<void>> = {
  ceremony: benchCeremony,
  busy: benchBusy,
  open: benchOpen,
}

const wanted = process.argv.slice(2)
const all = { ...benches, ...long }
const unknown = wanted.filter((name) => !(name in all))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${Object.keys(all).join(', ')}`)
  process.exit(2)
}
console.log(machineLine())
for (const [name, bench] of Object.entries(all)) {
  if (wanted.length === 0 ? name in benches : wanted.includes(name)) await bench()
}
