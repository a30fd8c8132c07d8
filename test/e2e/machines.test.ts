import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { Session } from '../support/documents/session.ts'
import { type Block, blocksOf, type Mark, stepsOf } from '../support/documents/snippets.ts'
import { freePort } from '../support/network/free-port.ts'
import { ictl } from '../support/network/ictl-network.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'

/** Follows docs/operating.md, "Several machines", with a home, a data directory and ports for each machine, all on this one. */
const VALIDATORS = ['a', 'b', 'c', 'd']
const OBSERVER = 'o'
const ALL = [...VALIDATORS, OBSERVER]
const folder = testFolder('machines')
const machines = new Map<string, Session>()
const urls = new Map<string, string>()
const peerPorts = new Map<string, number>()

const said = (mark: Mark): Block[] =>
  blocksOf('docs/operating.md').filter((b) => b.section === 'Several machines' && b.mark === mark)
const [makeKeys, checkGenesis, start] = said('each-machine')
const home = (name: string) => join(folder, name)
const data = (name: string) => join(home(name), '.inpigritas')
const keysOf = (name: string) => join(machines.get(name)!.checkout, `${name}.json`)
const onAll = (work: (machine: Session, name: string) => Promise<void>) =>
  Promise.all([...machines].map(([name, machine]) => work(machine, name)))

async function ready(url: string): Promise<void> {
  await until(async () => (await fetch(new URL('/ready', url)).catch(() => undefined))?.status === 200)
}

/** The file of `a` as the document shows it, for any machine and with the addresses of this one. */
function peersOf(name: string): string {
  const [{ text } = { text: '' }] = said('peers')
  const { format, peers }: { format: string; peers: { name: string }[] } = JSON.parse(text)
  expect(peers.map((peer) => peer.name)).toEqual(ALL.filter((other) => other !== 'a'))
  const { transportKey } = JSON.parse(readFileSync(keysOf(OBSERVER), 'utf8'))
  const address = (of: string) => `127.0.0.1:${peerPorts.get(of)}`
  const entries = ALL.filter((other) => other !== name).map((other) =>
    other === OBSERVER ? { name: other, transportKey } : { name: other, address: address(other) },
  )
  return JSON.stringify({ format, listen: address(name), peers: entries })
}

beforeAll(async () => {
  for (const name of ALL) {
    const port = await freePort()
    peerPorts.set(name, port + 100)
    urls.set(name, `http://127.0.0.1:${port}/graphql`)
    mkdirSync(home(name))
    const substitute = (command: string) =>
      command
        .replace('--name a ', `--name ${name} `)
        .replace('> a.json', `> ${name}.json`)
        .replace('ictl up', name === OBSERVER ? 'ictl up --observer' : 'ictl up')
    const env = { INPIGRITAS_DATA: undefined, INPIGRITAS_PASSPHRASE_FILE: undefined }
    const options = { folder: home(name), port, upArgs: '--prove none', substitute, env, timeoutMs: 300_000 }
    machines.set(name, new Session(options))
  }
  await onAll((machine) => machine.run(makeKeys!))
  const { stdout } = await ictl(['key', 'new', 'issuer', '--unencrypted', '--data', data('a')])
  const issuer = /inp1[a-z0-9]+/.exec(stdout)![0]
  const [definitions, allocations] = startingFiles()
  writeFileSync(definitions, JSON.stringify([{ code: 'COFFEE', issuer, cap: '1000' }]))
  writeFileSync(allocations, `to,asset,amount\n${issuer},COFFEE,100\n`)
}, 600_000)
afterAll(async () => {
  await onAll((machine) => machine.end())
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const startingFiles = () => [join(folder, 'definitions.json'), join(folder, 'allocations.csv')] as const

describe('a chain of several machines', () => {
  test('is not created from invalid files, and the error says which and why', async () => {
    const make = (args: string[]) => ictl(['genesis', 'new', '--data', join(folder, 'wrong'), ...args])
    const wrong = join(folder, 'wrong.csv')
    writeFileSync(wrong, 'to,asset,amount\nsomebody,COFFEE,1\n')
    const validators = ['--validators', ...VALIDATORS.map(keysOf)]
    const [definitions] = startingFiles()
    for (const [args, message] of [
      [[...validators, '--definitions', join(folder, 'nothing.json')], /nothing\.json.*BAD_GENESIS/],
      [
        [...validators, '--definitions', definitions, '--allocations', wrong],
        /wrong\.csv: an address is .*BAD_GENESIS/s,
      ],
      [['--open', '--validators', keysOf('a'), keysOf('a')], /two validators are named a.*BAD_GENESIS/],
      [['--definitions', definitions], /name the validators/],
    ] as const) {
      const { status, stderr } = await make([...args])
      expect(stderr).toMatch(message)
      expect(status).not.toBe(0)
    }
  })

  test('starts as the document says, and its observer serves it', async () => {
    const first = machines.get('a')!
    for (const name of VALIDATORS.slice(1)) copyFileSync(keysOf(name), join(first.checkout, `${name}.json`))
    const [makeGenesis] = stepsOf(said('first-machine')[0]!)
    const [definitions, allocations] = startingFiles()
    const command = `${makeGenesis!.command} --era 500 --definitions ${definitions} --allocations ${allocations}`
    await first.step({ ...makeGenesis!, command })
    for (const name of ALL.slice(1))
      copyFileSync(join(data('a'), 'genesis.json'), join(data(name), 'genesis.json'))
    await onAll((machine) => machine.run(checkGenesis!))
    for (const name of ALL) writeFileSync(join(data(name), 'peers.json'), peersOf(name))

    const withoutPassphrase = first.step({ command: 'npx ictl up', expected: ['Inpigritas is ready'] })
    await expect(withoutPassphrase).rejects.toThrow(/NO_PASSPHRASE/)
    const [up, status] = stepsOf(start!)
    await onAll((machine) => machine.step(up!))
    await Promise.all([...urls.values()].map(ready))
    await onAll((machine) => machine.step(status!))

    const url = urls.get(OBSERVER)!
    const observer = createClient({ url })
    const final = observer.subscribe<{ chain: { finalizedHeight: string } }>(
      'subscription { chain { finalizedHeight } }',
    )
    const heights: number[] = []
    for await (const { chain } of final) if (heights.push(Number(chain.finalizedHeight)) === 4) break
    expect(heights[3]).toBeGreaterThan(heights[0]!)
    await until(async () =>
      /^inpigritas_peers 4$/m.test(await (await fetch(new URL('/metrics', url))).text()),
    )
    const trace = await ictl(['trace', 'COFFEE', '--url', url])
    expect(trace.stdout, trace.stderr).toContain('100')
  }, 900_000)

  test('evidence that proves nothing is rejected', async () => {
    const check = (hex: string) => ictl(['verify', '--evidence', hex, '--data', data('a')])
    expect((await check('00ff')).stderr).toMatch(/MALFORMED/)
    const vote = `00${'00'.repeat(7)}01${'ab'.repeat(32)}0001${'00'.repeat(64)}`
    expect((await check(`00${vote}${vote}`)).stderr).toMatch(/NO_EVIDENCE/)
  })
})
