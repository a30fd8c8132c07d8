import { spawn } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'
import type { Command } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { createProgram, runProgram } from '../../../src/cli/program.ts'
import { captureOutput } from '../../support/cli/captured-output.ts'
import { ICTL } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('commands')
afterAll(() => rmSync(folder, { recursive: true }))

/** Nothing listens on this port, which only the system's administrator can open. */
const NOBODY = 'http://127.0.0.1:9/graphql'

/** All commands that do something, with the words that call them. */
function leavesOf(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  const own = command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]))
  // `export` and `prover` do something themselves and have subcommands.
  const acts = (command as unknown as { _actionHandler: unknown })._actionHandler !== null
  return acts ? [{ path, command }, ...own] : own
}
const commands = leavesOf(await createProgram())
const withJson = commands.filter(({ command }) => command.options.some(({ long }) => long === '--json'))
const calls = (list: typeof commands) => list.map(({ path, command }) => [path.join(' '), command] as const)

/** Arguments and options that a command requires, each with a value that names nothing. */
function required(command: Command): string[] {
  const has = (long: string) => command.options.some((option) => option.long === long)
  return [
    ...command.registeredArguments.filter(({ required: isRequired }) => isRequired).map(() => '1'),
    ...command.options.filter(({ mandatory, long }) => mandatory && long).flatMap(({ long }) => [long!, '1']),
    ...(has('--data') ? ['--data', folder] : []),
    ...(has('--url') ? ['--url', NOBODY] : []),
  ]
}

const output = captureOutput()

describe('every command', () => {
  it('is known to these tests', () => {
    expect(commands.length).toBeGreaterThan(40)
    expect(withJson.length).toBeGreaterThan(18)
  })

  it.each(calls(commands))(
    '%s has a help, and shows what was typed without what a terminal acts on',
    async (path, command) => {
      expect(await runProgram([...path.split(' '), '--help'])).toBe(0)
      expect(output.stdout).toContain(`ictl ${path}`)
      expect(await runProgram([...path.split(' '), ...required(command), '--\u001b[31m\u202e'])).toBe(2)
      expect(output.stderr).toMatch(/unknown option '--\\u\{1b\}\[31m\\u\{202e\}'/)
      expect(output.stdout + output.stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
    },
  )

  it.each(calls(withJson))('%s --json tells a wrong call as JSON too', async (path, command) => {
    expect(await runProgram([...path.split(' '), ...required(command), '--json', '--unheard-of'])).toBe(2)
    expect(JSON.parse(output.stdout)).toEqual({
      error: {
        code: 'USAGE',
        message: expect.stringContaining('--unheard-of'),
        hint: expect.any(String),
        retry: false,
      },
    })
    expect(output.stderr).toContain('--unheard-of')
  })

  // `prover bench` needs nothing, and proves for half a minute; its own test has its JSON.
  const quick = withJson.filter(({ path }) => path.join(' ') !== 'prover bench')
  it.each(calls(quick))('%s --json prints JSON, whatever happens', async (path, command) => {
    const status = await runProgram([...path.split(' '), ...required(command), '--json'])
    const answer = JSON.parse(output.stdout)
    if (path === 'key list') expect([status, answer]).toEqual([0, []])
    else {
      expect(status).toBeGreaterThan(0)
      expect(answer.error).toEqual({
        code: expect.stringMatching(/^[A-Z_]+$/),
        message: expect.stringMatching(/./),
        hint: answer.error.hint,
        retry: expect.any(Boolean),
      })
      expect(answer.error.code).not.toBe('INTERNAL')
      expect(output.stderr).toContain(answer.error.message)
    }
  })
})

it.each(['http://', 'http://127.0.0.1:4000:/graphql', 'http://one two/graphql', 'ftp://127.0.0.1/'])(
  'ictl status --url %s is a wrong call',
  async (url) => {
    expect(await runProgram(['status', '--url', url])).toBe(2)
    expect(output.stderr).toMatch(/--url (is not a URL|must begin with http)/)
  },
)

it.each([
  ['--offset', 'abc'],
  ['--offset', '-1'],
  ['--offset', '1.5'],
  ['--offset', `${2n ** 120n}`],
  ['--length', '0'],
  ['--length', '1e3'],
  ['--length', ''],
])('ictl trace %s %s is a wrong call', async (option, value) => {
  expect(await runProgram(['trace', 'LOT-1', '--url', NOBODY, option, value])).toBe(2)
  expect(output.stderr).toContain(option)
  expect(output.stderr).toContain('must be a whole number from')
})

it('ictl trace takes numbers of units that are larger than a JavaScript number', async () => {
  const largest = `${2n ** 120n - 1n}`
  const options = ['--offset', largest, '--length', largest, '--json']
  expect(await runProgram(['trace', 'LOT-1', '--url', NOBODY, ...options])).toBe(1)
  expect(JSON.parse(output.stdout).error.code).toBe('API_UNREACHABLE')
})

/** Runs ictl with standard output on a file descriptor, or on a pipe whose reader has gone. */
async function withOutput(args: string[], output: number | 'closed') {
  const child = spawn(process.execPath, [ICTL, ...args], {
    stdio: ['ignore', output === 'closed' ? 'pipe' : output, 'pipe'],
  })
  child.stdout?.destroy()
  const said = child.stderr!.toArray()
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stderr: (await said).join('') }
}

describe.each([[['explain']], [['key', '--help']], [['key', 'list', '--json', '--data', folder]]])(
  'ictl %s',
  (args) => {
    it('ends quietly when its reader ends, as if by SIGPIPE', async () =>
      expect(await withOutput(args, 'closed')).toEqual({ status: 141, stderr: '' }))

    it.runIf(process.platform === 'linux')('says in one line that the disk is full', async () =>
      expect(await withOutput(args, openSync('/dev/full', 'w'))).toEqual({
        status: 1,
        stderr: 'error: the output cannot be written: the disk is full.\n',
      }),
    )
  },
)
