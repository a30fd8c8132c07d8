import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../../src/cli/program.ts'
import { addressOf } from '../../../src/client/client.ts'
import { newSalt, type Reserved, reserve } from '../../../src/client/reserve.ts'
import type { Client } from '../../../src/client/types.ts'
import { generateKey } from '../../../src/keys/generate.ts'
import { clientOfChain } from '../../support/client/client-of-chain.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

/** Long enough that a registration is too soon also on a machine that stalls for some seconds. */
const DELAY = 30
const LIFE = 400
const CODE = 'LOT-1'
const salt = newSalt()
const folder = testFolder('reserve')
const key = await generateKey('eddsa')
let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ client, stop } = await clientOfChain({ reservations: { delay: DELAY, life: LIFE } }))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await stop()
  rmSync(folder, { recursive: true })
})

/** Registers the code in the first era that the node accepts; signs again if that passes on the way. */
async function register(metadata: Record<string, string>, owner = key): Promise<string> {
  for (;;) {
    const action = await client.signRegister(owner, { code: CODE, cap: '1', metadata })
    const { status, rejection } = await client.submit(action, { wait: 'FINAL' })
    if (rejection?.code !== 'ERA_TOO_SOON') return rejection?.code ?? status
  }
}

/** Runs ictl in this process. @returns what it printed */
async function ictl(...args: string[]): Promise<string> {
  let printed = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
  try {
    await runProgram([...args, '--data', folder])
  } finally {
    spy.mockRestore()
    process.exitCode = undefined
  }
  return printed
}

describe('reserving a code through the API', () => {
  it('hides it, makes who registers wait, and lets nobody else register it', async () => {
    const { chain } = await client.query<{ chain: object }>('{ chain { reservations { delay life } } }')
    expect(chain).toEqual({ reservations: { delay: DELAY, life: LIFE } })
    await expect(reserve(client, key, 'NO CODE', salt)).rejects.toMatchObject({
      rejection: { code: 'BAD_DEFINITION' },
    })
    const reserved: Reserved = await reserve(client, key, CODE, salt)
    const { transfer } = await client.query<{ transfer: { block: { era: string } } }>(
      'query ($hash: String!) { transfer(hash: $hash) { block { era } } }',
      { hash: reserved.hash },
    )
    const era = Number(transfer.block.era)
    expect(reserved).toMatchObject({ code: CODE, salt, firstEra: era + DELAY, lastEra: era + LIFE })
    expect(await register({})).toBe('NOT_RESERVED')
    expect(await register({ reservation: newSalt() })).toBe('NOT_RESERVED')
    const early = await client.signRegister(
      key,
      { code: CODE, cap: '1', metadata: { reservation: salt } },
      reserved.firstEra - 1,
    )
    expect(await client.submit(early)).toMatchObject({
      status: 'REJECTED',
      rejection: { code: 'RESERVATION_TOO_SOON', data: { earliest: reserved.firstEra } },
    })
    await expect
      .poll(async () => Number((await client.chain()).era), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(reserved.firstEra)
    expect(await register({ reservation: salt }, await generateKey('eddsa'))).toBe('NOT_RESERVED')
    expect(await register({ reservation: salt })).toBe('FINAL')
  })

  it('again takes no second asset to carry the memo, and other memos are no reservations', async () => {
    const [first, second] = [
      await reserve(client, key, 'LOT-2', salt),
      await reserve(client, key, 'LOT-3', salt),
    ]
    expect(second.firstEra).toBeGreaterThan(first.firstEra)
    const { account } = await client.query<{ account: { transfers: { nodes: object[] } } }>(
      'query ($address: String!) { account(address: $address) { transfers(first: 9) { nodes { kind asset { code } reservation { lastEra } } } } }',
      { address: addressOf(key) },
    )
    const carrier = { code: addressOf(key) }
    const carried = { kind: 'ISSUE', asset: carrier, reservation: { lastEra: expect.any(String) } }
    expect(account.transfers.nodes).toEqual([
      { kind: 'REGISTER', asset: carrier, reservation: null },
      carried,
      { kind: 'REGISTER', asset: { code: CODE }, reservation: null },
      carried,
      carried,
    ])
  })

  it('with ictl prints the salt that the registration needs, and when it is time for it', async () => {
    await ictl('key', 'new', 'ann', '--unencrypted')
    vi.stubEnv('INPIGRITAS_URL', client.url)
    const printed = await ictl('reserve', 'LOT-4', '--key', 'ann')
    const made = /^salt ([0-9a-f]{32})\nreserved; register it from (\S+) to (\S+)\n$/.exec(printed)!
    const [from, to] = [made[2]!, made[3]!].map(Date.parse) as [number, number]
    expect(to - from).toBe((LIFE - DELAY) * (await client.chain()).eraMs)
    const register = ['register', 'LOT-4', '--key', 'ann']
    expect(await ictl(...register, '--salt', made[1]!)).toMatch(/RESERVATION_TOO_SOON/)
    expect(await ictl(...register, '--salt', 'another')).toMatch(/NOT_RESERVED/)
    const { salt: given } = JSON.parse(
      await ictl('reserve', 'LOT-5', '--salt', 'mine', '--key', 'ann', '--json'),
    )
    expect(given).toBe('mine')
  })
})

it('a chain with reservations takes no import, and is shown none of its codes', async () => {
  const file = join(folder, 'sales.csv')
  writeFileSync(file, 'item,seller,buyer\nLOT-9,ann,bob\n')
  const query = vi.fn<typeof fetch>(fetch)
  vi.stubGlobal('fetch', query)
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const columns = ['--asset', 'item', '--from', 'seller', '--to', 'buyer']
  const status = await runProgram([
    'import',
    file,
    ...columns,
    '--url',
    client.url,
    '--data',
    join(folder, 'data'),
  ])
  vi.unstubAllGlobals()
  expect([status, errors.mock.calls.join()]).toEqual([1, expect.stringContaining('CODES_RESERVED')])
  errors.mockRestore()
  expect(query.mock.calls.length).toBeGreaterThan(0)
  for (const [, sent] of query.mock.calls) expect(String(sent?.body)).not.toMatch(/mutation|LOT-9/)
})

describe('a chain without reservations', () => {
  it('answers NO_RESERVATIONS', async () => {
    const none = { ...client, query: async () => ({ chain: { reservations: null } }) } as unknown as Client
    await expect(reserve(none, key, CODE, salt)).rejects.toMatchObject({ code: 'NO_RESERVATIONS' })
  })
})
