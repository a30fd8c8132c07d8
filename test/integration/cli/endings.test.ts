import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { keepRunning } from '../../../src/cli/up/child.ts'
import { processes } from '../../../src/postgres/processes.ts'
import { BuildLock } from '../../../src/setup/build-lock.ts'
import { freePort } from '../../support/network/free-port.ts'
import { descendants, ICTL, ictl } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

const folder = testFolder('endings')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What asks a program to end: `kill`, Ctrl-C, and a terminal that closes. */
const ASKED = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

const running = (part: string) => processes().filter(({ command }) => command.includes(part))
const isRunning = (pid: number) => processes().some((one) => one.pid === pid && one.command !== '')
const ending = async (child: ChildProcess) =>
  (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]

describe.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('after %s', (signal) => {
  it('no child that computes outlives its parent, and no program that it runs', async () => {
    const script = fileURLToPath(new URL('../../support/process/task-parent.mjs', import.meta.url))
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pids = JSON.parse(line.toString()) as number[]
    expect(pids.map(isRunning)).toEqual([true, true])
    const ended = ending(parent)
    parent.kill(signal)
    expect(await ended).toEqual([null, signal])
    await until(() => !pids.some(isRunning))
  })
})

it.each(ASKED)(
  'ictl circuits build leaves no lock and no unfinished build behind after %s',
  async (signal) => {
    const cache = mkdtempSync(join(folder, 'cache-'))
    const entries = () => readdirSync(cache, { recursive: true, encoding: 'utf8' })
    const child = spawn(process.execPath, [ICTL, 'circuits', 'build'], {
      env: { ...process.env, INPIGRITAS_CACHE: cache },
      stdio: 'ignore',
    })
    const ended = ending(child)
    await until(() => entries().some((path) => path.includes('.building-')))
    child.kill(signal)
    expect(await ended).toEqual([null, signal])
    expect(entries().filter((path) => path.includes('.building-') || path.endsWith('.lock'))).toEqual([])
  },
)

it.each(ASKED)(
  'a part that runs alone ends in order after %s, and releases what it holds',
  async (signal) => {
    const data = join(folder, `witness-${signal}`)
    expect(await ictl(['genesis', 'new', '--data', data])).toMatchObject({ status: 0 })
    const policy = join(data, 'chain.policy')
    writeFileSync(policy, (await ictl(['export', 'policy', '--data', data])).stdout)
    const args = ['--policy', policy, '--name', 'witness.example/1', '--data', data, '--port', '0']
    const child = spawn(process.execPath, [ICTL, 'witness', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = ending(child)
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    const lock = join(data, 'witness', 'lock')
    await until(
      () => said.includes('witnesses ') && existsSync(lock),
      () => said,
    )
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect(existsSync(lock)).toBe(false)
  },
)

it('the lock of a build whose process has ended on this machine is taken at once, that of another machine is not', () => {
  const path = join(folder, 'build.lock')
  writeFileSync(path, `${hostname()} 4194304 1\n`)
  expect(BuildLock.take(path)).toBeUndefined()
  const lock = BuildLock.take(path)
  expect(lock).toBeDefined()
  expect(BuildLock.take(path)).toBeUndefined()
  expect(existsSync(path)).toBe(true)
  lock!.release()
  writeFileSync(path, `not-${hostname()} 4194304 1\n`)
  for (let i = 0; i < 2; i++) expect(BuildLock.take(path)).toBeUndefined()
})

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'npm start leaves nothing running after %s to npm',
  async (signal) => {
    const data = join(folder, `npm-${signal}`)
    const root = fileURLToPath(new URL('../../../', import.meta.url))
    const args = [
      'start',
      '--',
      '--data',
      data,
      '--port',
      `${await freePort()}`,
      '--no-demo',
      '--prove',
      'none',
    ]
    const npm = spawn('npm', args, { cwd: root, stdio: 'ignore' })
    // In the middle of initdb, which itself runs programs.
    const parts = () =>
      descendants(npm.pid!).map((pid) => processes().find((one) => one.pid === pid)?.command ?? '')
    await until(() => parts().some((command) => command.includes('bin/postgres')))
    expect(parts().filter((command) => command.includes('bin/initdb'))).not.toEqual([])
    const pids = descendants(npm.pid!)
    const ended = ending(npm)
    npm.kill(signal)
    await ended
    await until(() => running(data).length === 0 && !pids.some(isRunning))
  },
)

it('a part that a signal to the whole group ended is not said to be started again', async () => {
  const data = join(folder, 'part')
  mkdirSync(data)
  const lines: string[] = []
  const part = keepRunning('node', ['--data', data], {
    logFolder: join(data, 'logs'),
    env: { DATABASE_URL: 'postgres://localhost:9/none' },
    onRestart: (line) => lines.push(line),
  })
  await until(() => running(data).length === 1)
  const { pid } = running(data)[0]!
  process.kill(pid, 'SIGKILL')
  // It has been waited for once its entry in the process table is gone, and then this process has heard of its end.
  await until(() => !processes().some((one) => one.pid === pid))
  await part.stop()
  expect(lines).toEqual([])
})
