import { afterAll, beforeAll, expect, it } from 'vitest'
import { submitSigned } from '../../../src/client/submit-signed.ts'
import type { Client, NewAsset } from '../../../src/client/types.ts'
import { generateKey } from '../../../src/keys/generate.ts'
import { clientOfChain } from '../../support/client/client-of-chain.ts'

const key = await generateKey('eddsa')
let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ client, stop } = await clientOfChain())
})
afterAll(() => stop())

/** Signs a registration, each time for the next of these eras; undefined is the first that the node accepts. */
function signer(asset: NewAsset, eras: (number | undefined)[]) {
  const signed = { times: 0 }
  const signing = () => client.signRegister(key, asset, eras[Math.min(signed.times++, eras.length - 1)])
  return { signed, signing }
}

it('signs anew what came after its era', async () => {
  const { signed, signing } = signer({ code: 'LATE', cap: '1' }, [0, 0, undefined])
  expect(await submitSigned(client, signing, { wait: 'FINAL' })).toMatchObject({ status: 'FINAL' })
  expect(signed.times).toBeGreaterThanOrEqual(3)
})

it('gives up after five times, with the reason', async () => {
  const { signed, signing } = signer({ code: 'NEVER', cap: '1' }, [0])
  expect((await submitSigned(client, signing)).rejection).toMatchObject({ code: 'ERA_TOO_SOON' })
  expect(signed.times).toBe(5)
})

it('signs once what is refused for another reason', async () => {
  // Some eras ahead, so that none can pass on its way.
  const { era, delay } = await client.chain()
  const { signed, signing } = signer({ code: 'LATE', cap: '1' }, [Number(era) + delay + 10])
  expect((await submitSigned(client, signing)).rejection).toMatchObject({ code: 'ASSET_EXISTS' })
  expect(signed.times).toBe(1)
})
