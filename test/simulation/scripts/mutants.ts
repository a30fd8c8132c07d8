import { fork } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant, SHELL_MUTANTS } from './mutant-list.ts'

const USAGE = `npm run mutants -- [--seeds N] [--shell] [NAME...]
plants each deliberate bug into a copy of the sources and looks for it with up to N seeds (500); exit 1 if one survives
--shell: only those that whole nodes must find, in scenarios or seeds`
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** A bug may make a seed run forever. On a busy machine one that ends takes a minute. */
const TIMEOUT_MS = 240_000

/** What a child process tells before it runs a seed or a scenario. */
interface Trial {
  /** `seed N` or `scenario`. */
  by: string
}

/** What it tells if that has found the bug. */
interface Found extends Trial {
  breach: string
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '500' },
    shell: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else if (process.send !== undefined) process.on('message', hunt)
else await runAll()

/** In a child process: runs scenarios, and seeds in order until one finds the bug; both of whole nodes if these are to find it. */
async function hunt({
  folder,
  seeds,
  inShell = false,
}: {
  folder: string
  seeds: number
  inShell?: boolean
}): Promise<void> {
  for await (const [by, run] of inShell ? trialsOfNodes(folder, seeds) : trialsOfCore(folder, seeds)) {
    process.send!({ by } satisfies Trial)
    try {
      await run()
    } catch (error) {
      process.send!({ by, breach: (error as Error).message } satisfies Found)
      break
    }
  }
  process.disconnect()
}

/** What may find a bug, by name. */
type Trials = AsyncGenerator<[by: string, run: () => unknown]>

const moduleIn = (folder: string, path: string) =>
  import(pathToFileURL(join(folder, 'test/support/simulation', path)).href)

async function* trialsOfCore(folder: string, seeds: number): Trials {
  const { CORE_SCENARIOS } = (await moduleIn(
    folder,
    'scenarios.ts',
  )) as typeof import('../../support/simulation/scenarios.ts')
  for (const run of Object.values(CORE_SCENARIOS)) yield ['scenario', run]
  const { runSeed } = (await moduleIn(folder, 'seed.ts')) as typeof import('../../support/simulation/seed.ts')
  for (let seed = 1; seed <= seeds; seed++) yield [`seed ${seed}`, () => runSeed(seed)]
}

async function* trialsOfNodes(folder: string, seeds: number): Trials {
  const { NODE_SCENARIOS } = (await moduleIn(
    folder,
    'nodes/scenarios.ts',
  )) as typeof import('../../support/simulation/nodes/scenarios.ts')
  for (const run of Object.values(NODE_SCENARIOS)) yield ['scenario', run]
  const { runNodeSeed } = (await moduleIn(
    folder,
    'nodes/node-seed.ts',
  )) as typeof import('../../support/simulation/nodes/node-seed.ts')
  for (let seed = 1; seed <= seeds; seed++) yield [`seed ${seed}`, () => runNodeSeed(seed)]
}

async function runAll(): Promise<void> {
  const all = values.shell ? SHELL_MUTANTS : [...MUTANTS, ...SHELL_MUTANTS]
  const chosen = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name))
  const queue = [...chosen]
  let survivors = 0
  const work = async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const found = await search(mutant, Number(values.seeds))
      if (found === undefined) survivors++
      console.log(`${(found?.by ?? 'SURVIVES').padEnd(10)} ${mutant.name.padEnd(44)} ${found?.breach ?? ''}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  console.log(
    `${chosen.length - survivors} of ${chosen.length} deliberate bugs found within ${values.seeds} seeds`,
  )
  if (survivors > 0) process.exitCode = 1
}

/** Looks for the bug in a child process. @returns what finds it first */
async function search(mutant: Mutant, seeds: number): Promise<Found | undefined> {
  const folder = plant(mutant)
  try {
    return await new Promise<Found | undefined>((resolve, reject) => {
      let found: Found | undefined
      const child = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv })
      let timer: NodeJS.Timeout | undefined
      const onMessage = (message: Trial | Found) => {
        clearTimeout(timer)
        if ('breach' in message) found = message
        else
          timer = setTimeout(() => {
            found = { by: message.by, breach: `no end within ${TIMEOUT_MS / 1_000} s` }
            child.kill('SIGKILL')
          }, TIMEOUT_MS)
      }
      child.on('message', onMessage)
      child.on('error', reject)
      child.on('exit', (code) => {
        clearTimeout(timer)
        if (found === undefined && code !== 0)
          reject(new Error(`${mutant.name}: its process ended with ${code}`))
        else resolve(found)
      })
      child.send({ folder, seeds, inShell: mutant.inShell })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes a copy of the sources with the bug. @returns its folder */
function plant({ name, file, change: [right, wrong] }: Mutant): string {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-mutant-'))
  for (const part of ['src', 'test/support', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const path = join(folder, file)
  const parts = readFileSync(path, 'utf8').split(right)
  if (parts.length !== 2) throw new Error(`${name}: its text occurs ${parts.length - 1} times in ${file}`)
  writeFileSync(path, parts.join(wrong))
  return folder
}
