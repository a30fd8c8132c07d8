import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, ictl, Network } from '../support/network/ictl-network.ts'

/** As the README sets machines up, on one: three validators and an observer, each with a data directory of its own. */
const VALIDATORS = ['ann', 'bea', 'cem']
const ALL = [...VALIDATORS, 'archive']
const folder = mkdtempSync(join(tmpdir(), 'inpigritas-machines-'))
const data = (name: string) => join(folder, name)
const file = (name: string) => join(folder, `${name}.json`)
const passphraseFile = join(folder, 'passphrase')
const networks: Network[] = []

const done = async (args: string[]) => {
  const { status, stdout, stderr } = await ictl(args)
  expect(status, stderr).toBe(0)
  return stdout
}

beforeAll(async () => {
  writeFileSync(passphraseFile, 'correct horse\n', { mode: 0o600 })
  for (const name of ALL) {
    const args = [
      'genesis',
      'member',
      '--name',
      name,
      '--data',
      data(name),
      '--passphrase-file',
      passphraseFile,
    ]
    writeFileSync(file(name), await done(args))
  }
  const address = /inp1[a-z0-9]+/.exec(
    await done(['key', 'new', 'issuer', '--unencrypted', '--data', data('ann')]),
  )![0]
  writeFileSync(file('definitions'), JSON.stringify([{ code: 'COFFEE', issuer: address, cap: '1000' }]))
  writeFileSync(join(folder, 'allocations.csv'), `to,asset,amount\n${address},COFFEE,100\n`)
})
afterAll(async () => {
  await Promise.all(networks.map((network) => network.stop()))
  rmSync(folder, { recursive: true, force: true })
})

describe('a chain of several machines', () => {
  test('is not made from files that are wrong, and says which and why', async () => {
    const make = (args: string[]) => ictl(['genesis', 'new', '--data', data('wrong'), ...args])
    const wrong = join(folder, 'wrong.csv')
    writeFileSync(wrong, 'to,asset,amount\nsomebody,COFFEE,1\n')
    const validators = ['--validators', ...VALIDATORS.map(file)]
    for (const [args, message] of [
      [[...validators, '--definitions', file('nothing')], /nothing\.json.*BAD_GENESIS/],
      [
        [...validators, '--definitions', file('definitions'), '--allocations', wrong],
        /wrong\.csv: an address is .*BAD_GENESIS/s,
      ],
      [['--validators', file('ann'), file('ann')], /two validators are named ann.*BAD_GENESIS/],
      [['--definitions', file('definitions')], /name the validators/],
    ] as const) {
      const { status, stderr } = await make([...args])
      expect(stderr).toMatch(message)
      expect(status).not.toBe(0)
    }
  })

  test('starts from files with keys under a passphrase, and its observer serves it', async () => {
    const made = await done([
      ...[
        'genesis',
        'new',
        '--name',
        'coffee',
        '--era',
        '500',
        '--data',
        data('ann'),
        '--validators',
        ...VALIDATORS.map(file),
      ],
      ...['--definitions', file('definitions'), '--allocations', join(folder, 'allocations.csv')],
    ])
    expect(made).toContain('3 validators: ann, bea, cem')
    for (const name of ALL.slice(1))
      copyFileSync(join(data('ann'), 'genesis.json'), join(data(name), 'genesis.json'))
    const ports = new Map<string, number>()
    for (const name of ALL) ports.set(name, await freePort())
    const { transportKey } = JSON.parse(readFileSync(file('archive'), 'utf8'))
    for (const name of ALL) {
      const peers = ALL.filter((other) => other !== name).map((other) => ({
        name: other,
        address: `127.0.0.1:${ports.get(other)}`,
        ...(other === 'archive' ? { transportKey } : {}),
      }))
      writeFileSync(
        join(data(name), 'peers.json'),
        JSON.stringify({ format: '1', listen: `127.0.0.1:${ports.get(name)}`, peers }),
      )
    }
    for (const name of ALL) {
      const args = ['--prove', 'none', ...(name === 'archive' ? ['--observer'] : [])]
      networks.push(new Network(data(name), await freePort(), args))
    }
    await expect(networks[0]!.start()).rejects.toThrow(/NO_PASSPHRASE/)
    await Promise.all(
      networks.map((network) => network.start({ INPIGRITAS_PASSPHRASE_FILE: passphraseFile })),
    )
    const archive = networks[3]!
    const height = async () => Number((await archive.client.chain()).finalizedHeight)
    const before = await height()
    for (const deadline = Date.now() + 30_000; (await height()) < before + 4 && Date.now() < deadline; )
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await height()).toBeGreaterThanOrEqual(before + 4)
    const status = async () => (await ictl(['status', '--url', archive.url])).stdout
    await expect.poll(status, { timeout: 15_000 }).toMatch(/^peer +ann at height/m)
    expect(await status()).toMatch(/^validators +ann, bea, cem$/m)
    // A connection may drop and come back meanwhile.
    const soon = { timeout: 15_000 }
    const at = (path: string) => fetch(archive.url.replace('/graphql', path))
    await expect.poll(async () => (await at('/ready')).status, soon).toBe(200)
    await expect.poll(async () => (await at('/metrics')).text(), soon).toMatch(/^inpigritas_peers 3$/m)
    expect(await done(['trace', 'COFFEE', '--url', archive.url])).toContain('100')
  }, 120_000)

  test('evidence that shows nothing is rejected', async () => {
    const check = (hex: string) => ictl(['verify', '--evidence', hex, '--data', data('ann')])
    expect((await check('00ff')).stderr).toMatch(/MALFORMED/)
    const vote = `00${'00'.repeat(7)}01${'ab'.repeat(32)}0001${'00'.repeat(64)}`
    expect((await check(`00${vote}${vote}`)).stderr).toMatch(/NO_EVIDENCE/)
  })
})
