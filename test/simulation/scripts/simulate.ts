import { fork } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { FaultCounts } from '../../support/simulation/faults.ts'
import { runNodeSeed } from '../../support/simulation/nodes/node-seed.ts'
import { runSeed } from '../../support/simulation/seed.ts'

const USAGE = `npm run simulate -- [--seeds N] [--from SEED]   runs N seeds (10,000) and counts their faults
npm run simulate -- --seed SEED                prints the events of one seed
Seeds from 1,000,000 on use the real pool and ledger, those from 2,000,000 on also real signatures and hashes.
npm run simulate:nodes -- ...                  the same for whole nodes (20,000 seeds)`

/** The result of some seeds. */
interface Part {
  seeds: number
  struck: FaultCounts
  virtualSeconds: number
  breaches: string[]
}

/** Of a seed of the consensus core. */
const VIRTUAL_SECONDS = 120
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    nodes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else if (process.send !== undefined)
  process.on('message', ({ from, to }: { from: number; to: number }) => void runPart(from, to))
else if (values.seed !== undefined) await printSeed(Number(values.seed))
else await runAll(Number(values.from), Number(values.seeds ?? (values.nodes ? 20_000 : 10_000)))

async function run(
  seed: number,
  log?: (line: string) => void,
): Promise<{ struck: FaultCounts; virtualSeconds: number }> {
  if (!values.nodes) return { ...runSeed(seed, log), virtualSeconds: VIRTUAL_SECONDS }
  const result = await runNodeSeed(seed, log)
  return { ...result, virtualSeconds: result.virtualMs / 1_000 }
}

async function printSeed(seed: number): Promise<void> {
  try {
    console.log(await run(seed, (line) => console.log(line)))
  } catch (error) {
    console.log((error as Error).message)
    process.exitCode = 1
  }
}

async function runPart(from: number, to: number): Promise<void> {
  const part: Part = { seeds: to - from, struck: {}, virtualSeconds: 0, breaches: [] }
  for (let seed = from; seed < to; seed++) {
    try {
      const { struck, virtualSeconds } = await run(seed)
      add(part, { seeds: 0, struck, virtualSeconds, breaches: [] })
    } catch (error) {
      part.breaches.push((error as Error).message)
    }
  }
  process.send!(part)
}

/** Runs seeds in parts of a hundred, with one process per core. */
async function runAll(from: number, seeds: number): Promise<void> {
  const started = performance.now()
  const total: Part = { seeds: 0, struck: {}, virtualSeconds: 0, breaches: [] }
  let next = from
  const end = from + seeds
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), values.nodes ? ['--nodes'] : [], {
        execArgv: process.execArgv,
      })
      const assignPart = () => {
        if (next >= end) return child.disconnect()
        const to = Math.min(next + 100, end)
        child.send({ from: next, to })
        next = to
      }
      child.on('message', (part: Part) => {
        add(total, part)
        if (process.stderr.isTTY)
          process.stderr.write(`\r${total.seeds} of ${seeds} seeds, ${total.breaches.length} breaches`)
        assignPart()
      })
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a part ended with ${code}`))))
      assignPart()
    })
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const seconds = (performance.now() - started) / 1_000
  console.log(
    `\n${total.seeds} seeds in ${seconds.toFixed(0)} s on ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.version}`,
  )
  console.log(
    `${((total.seeds * 3_600) / seconds).toFixed(0)} seeds per hour, ${(total.virtualSeconds / seconds).toFixed(0)} virtual seconds per second`,
  )
  console.table(Object.fromEntries(Object.entries(total.struck).sort(([, a], [, b]) => b - a)))
  for (const breach of total.breaches) console.log(`BREACH: ${breach}`)
  console.log(`${total.breaches.length} breaches`)
  if (total.breaches.length > 0) process.exitCode = 1
}

function add(total: Part, { seeds, struck, virtualSeconds, breaches }: Part): void {
  total.seeds += seeds
  total.virtualSeconds += virtualSeconds
  total.breaches.push(...breaches)
  for (const [kind, times] of Object.entries(struck)) total.struck[kind] = (total.struck[kind] ?? 0) + times
}
