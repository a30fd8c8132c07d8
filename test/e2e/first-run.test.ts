import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/network/free-port.ts'
import { ICTL, ictl, Network } from '../support/network/ictl-network.ts'
import { testFolder } from '../support/shared/test-folder.ts'

const folder = testFolder('first-run')
const data = (name: string) => join(folder, name)
const QUIET = ['--no-demo', '--prove', 'none']

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `ictl up` must fail with one line that ends with the code; what it says before, a line a step, is not the error. */
async function rejected(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { status, stderr } = await ictl(['up', ...QUIET, ...args], env)
  expect(status, stderr).toBe(1)
  const lines = stderr.trimEnd().split('\n')
  expect(
    lines.filter((line) => line.startsWith('error: ')),
    stderr,
  ).toHaveLength(1)
  expect(stderr).not.toMatch(/^\s+at /m)
  return lines.find((line) => line.startsWith('error: '))!
}

describe('ictl up reports in one line', () => {
  let other: Server
  let port: number
  beforeAll(async () => {
    port = await freePort()
    other = createServer().listen(port, '127.0.0.1')
  })
  afterAll(() => other.close())

  it('a port that is taken, with a stack only if asked for', async () => {
    const args = ['--data', data('port'), '--port', String(port)]
    expect(await rejected(args)).toMatch(
      new RegExp(`^error: port ${port} is taken.*--port.*\\[PORT_TAKEN\\]$`),
    )
    const { stderr } = await ictl(['--verbose', 'up', ...QUIET, ...args])
    expect(stderr).toMatch(/^\s+at /m)
  })

  it('a database that does not answer', async () => {
    const env = { DATABASE_URL: 'postgres://someone:secret@127.0.0.1:1/ledger' }
    const line = await rejected(['--data', data('database'), '--port', String(await freePort())], env)
    expect(line).toMatch(/\[POSTGRES_UNREACHABLE\]$/)
    expect(line).not.toContain('secret')
  })

  it('a data directory of another version, or not a data directory', async () => {
    mkdirSync(data('later'))
    writeFileSync(join(data('later'), 'format'), '9\n')
    expect(await rejected(['--data', data('later')])).toMatch(/format 9.*\[DATA_FORMAT\]$/)
    mkdirSync(data('photos'))
    writeFileSync(join(data('photos'), 'holiday.jpg'), '')
    expect(await rejected(['--data', data('photos')])).toMatch(/\[DATA_NOT_OURS\]$/)
    writeFileSync(data('file'), '')
    expect(await rejected(['--data', data('file')])).toMatch(/\[DATA_NOT_WRITABLE\]$/)
  })

  it('a Node that is too old', async () => {
    const older = join(folder, 'older.cjs')
    writeFileSync(older, `Object.defineProperty(process.versions, 'node', { value: '18.20.4' })`)
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, ['--require', older, ICTL, 'up'], (error, _, stderr) =>
        resolve({ code: error?.code, stderr }),
      )
    })
    expect(code).toBe(1)
    expect(stderr.trim()).toBe(
      'error: Node 18.20.4 is too old. Install Node 20.20 or later, then start again.',
    )
  })
})

describe('a network', () => {
  let network: Network
  beforeAll(async () => {
    network = new Network(data('network'), await freePort(), QUIET)
    await network.start()
  })
  afterAll(() => network.stop())

  it('does not let a second one use its directory, and continues', async () => {
    const second = await rejected(['--data', network.data, '--port', String(await freePort())])
    expect(second).toMatch(/\[DATA_IN_USE\]$/)
    expect((await ictl(['status', '--url', network.url])).status).toBe(0)
  })

  it('does not start with the genesis of another chain', async () => {
    await network.stop()
    const path = join(network.data, 'genesis.json')
    const genesis = readFileSync(path, 'utf8')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(genesis), salt: '00'.repeat(32) }))
    expect(await rejected(['--data', network.data, '--port', String(network.port)])).toMatch(
      /\[OTHER_CHAIN\]$/,
    )
    writeFileSync(path, genesis.slice(0, 100))
    expect(await rejected(['--data', network.data, '--port', String(network.port)])).toMatch(
      /genesis\.json is not a genesis.*\[BAD_GENESIS\]$/,
    )
    writeFileSync(path, genesis)
    await network.start()
  })

  it('does not begin another chain when a file of this one is missing', async () => {
    await network.stop()
    const start = () => rejected(['--data', network.data, '--port', String(network.port)])
    const without = async (name: string) => {
      const path = join(network.data, name)
      renameSync(path, `${path}.kept`)
      const line = await start()
      renameSync(`${path}.kept`, path)
      return line
    }
    expect(await without('genesis.json')).toMatch(/\[NO_GENESIS\]$/)
    expect(await without('node/validator.json')).toMatch(/\[VALIDATOR_KEY\]$/)
    expect(await without('node/signer.json')).toMatch(/--recover.*\[SIGNER_LOST\]$/)
    rmSync(join(network.data, 'node/signer.json'))
    const recovered = new Network(network.data, network.port, [...QUIET, '--recover'])
    await recovered.start()
    await recovered.stop()
    await network.start()
  })

  it('suggests ictl up when nothing answers', async () => {
    const { status, stderr } = await ictl(['status', '--url', 'http://127.0.0.1:1/graphql'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^error: .*ictl up.*\[API_UNREACHABLE\]\n$/)
  })

  it.each([
    ['up', '--port', 'x'],
    ['up', '--era', '1'],
    ['trace'],
    ['transfer', 'A'],
    ['nonsense'],
    ['prove'],
  ])('answers wrong usage with status 2: %s %s %s', async (...args) => {
    const { status, stderr } = await ictl(args.filter((arg) => arg !== undefined))
    expect(status, stderr).toBe(2)
  })
})
