import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, it } from 'vitest'
import { processes } from '../../src/postgres/processes.ts'
import { inTerminal } from '../support/cli/terminal.ts'
import { freePort } from '../support/network/free-port.ts'
import { descendants } from '../support/network/ictl-network.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'

const folder = testFolder('npm-start')
const root = fileURLToPath(new URL('../../', import.meta.url))
/** What must run once the network is ready, by its command line. */
const PARTS = [/ up /, /bin\/postgres/, /main\.js node/, /main\.js api/, /main\.js prover/]
/** `npm run test:endings` takes all cases; otherwise those whose ways to end have nothing in common. */
const TAKES_ALL = process.env.ENDINGS === 'all'
const ALL = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const
/** Of npm processes that a test left behind because it failed. */
const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const isRunning = (pid: number) => processes().some((one) => one.pid === pid && one.command !== '')
const running = (part: string) => processes().filter(({ command }) => command.includes(part))
const commandsOf = (pids: readonly number[]) =>
  processes().filter(({ pid, command }) => pids.includes(pid) && command !== '')

/** `npm start`, in a terminal if asked for, and the leader of a process group as in one. */
async function npmStart(data: string, terminal: readonly string[] = []) {
  const own = ['--data', data, '--port', `${await freePort()}`, '--no-demo']
  const [program, ...args] = [...terminal, 'npm', 'start', '--', ...own]
  const child = spawn(program!, args, { cwd: root, stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  started.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  return {
    child,
    isReady: () => output.includes('is ready'),
    output: () => output,
    pids: () => [child.pid!, ...descendants(child.pid!)],
  }
}

/** Starts it, does something to it when all its parts run, and waits until none of them does. */
async function nothingOutlives(
  data: string,
  terminal: readonly string[],
  end: (child: ChildProcess, up: number) => void,
): Promise<void> {
  const { child, isReady, output, pids } = await npmStart(data, terminal)
  await until(isReady, () => `ready: ${output()}`)
  const parts = () => commandsOf(pids()).map(({ command }) => command)
  await until(
    () => PARTS.every((part) => parts().some((command) => part.test(command))),
    () => `all parts run: ${parts().join('\n')}`,
  )
  const all = pids()
  // npm replaces its shell with it, so it is the one whose children are the parts.
  const up = commandsOf(all).find(({ command }) => /^\S*node\b.* up .*--end-with-parent/.test(command))!.pid
  end(child, up)
  await until(
    () => running(data).length === 0 && !all.some(isRunning),
    () => `all end: ${commandsOf(all).map(({ command }) => command)} ${running(data).length}`,
  )
}

// All use one data directory, so each start finds out whether the end before left a lock or a Postgres behind.
describe('nothing outlives npm start', () => {
  const data = join(folder, 'data')

  if (TAKES_ALL) {
    it.each(ALL)('after %s to npm', (signal) => nothingOutlives(data, [], (npm) => npm.kill(signal)))
    it.each(ALL)('after %s to all of its process group', (signal) =>
      nothingOutlives(data, [], ({ pid }) => process.kill(-pid!, signal)),
    )
  }

  it.each(TAKES_ALL ? ALL : (['SIGKILL'] as const))('after %s to what npm started', (signal) =>
    nothingOutlives(data, [], (_, up) => process.kill(up, signal)),
  )

  it('after Ctrl-C in its terminal', () =>
    nothingOutlives(data, inTerminal(80), ({ stdin }) => stdin!.write('\u0003')))

  it('after its terminal was closed', () =>
    nothingOutlives(data, inTerminal(80), (terminal) => terminal.kill('SIGKILL')))
})
