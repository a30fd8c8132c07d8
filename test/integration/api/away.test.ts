import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { PATIENCE_MS } from '../../../src/client/graphql.ts'
import { inputOf } from '../../../src/client/input.ts'
import { connectControl } from '../../../src/control/client.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const ann = eddsaKey('ann')

describe('while the node takes requests and does not answer', () => {
  let world: ApiWorld
  const folder = testFolder('away')
  const hanging = createServer((socket) => socket.resume().on('error', () => {}))
  const control = connectControl(join(folder, 'control.sock'), {
    questionMs: 20,
    nextStartsMs: 20,
    submissionMs: 20,
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => hanging.listen(join(folder, 'control.sock'), resolve))
    world = await ApiWorld.open({}, { control })
    await world.lot(ann, 'LOT', 10n)
  })
  afterAll(async () => {
    control.close()
    await new Promise((resolve) => hanging.close(resolve))
    rmSync(folder, { recursive: true })
  })

  it('reads have null or the final state where only the node knows more', async () => {
    const query = `query ($address: String!, $hash: String!) {
      pool { size } chain { height finalizedHeight } service { node { state } }
      account(address: $address) { pending(first: 1) { totalCount } }
      holding(address: $address, asset: "LOT") { balance nextStart } submission(hash: $hash) { status } }`
    const variables = { address: encodeAddress(ann.account), hash: '11'.repeat(32) }
    expect(await world.data(query, variables)).toEqual({
      pool: null,
      chain: { height: '2', finalizedHeight: '2' },
      service: { node: null },
      account: { pending: null },
      holding: { balance: '10', nextStart: '0' },
      submission: { status: 'ACCEPTED' },
    })
  })

  it('/health and /metrics say so, and a submission fails with a code to retry', async () => {
    const health = await world.api.yoga.fetch('http://api/health')
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({ node: 'unreachable', database: 'ok' })
    expect(await (await world.api.yoga.fetch('http://api/metrics')).text()).toContain('node_reachable 0')
    const { errors } = await world.ask(
      'mutation ($input: SignedAssetInput!) { registerAsset(input: $input) { status } }',
      { input: inputOf(world.register(ann, { code: 'NEW' }).action.action) },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'NODE_UNREACHABLE', data: { retry: true } } }])
  })
})

describe("the client's patience", () => {
  it('is longer than the time in which a server answers wait: FINAL', () => {
    expect(PATIENCE_MS).toBeGreaterThan(DEFAULT_LIMITS.timeoutMs + DEFAULT_LIMITS.waitMs)
  })
})
