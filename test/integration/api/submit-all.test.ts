import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inputOf } from '../../../src/client/input.ts'
import { Failure } from '../../../src/config/failure.ts'
import { MAX_ACTIONS, type SubmittedAction } from '../../../src/control/client.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { reject } from '../../../src/ledger/rejection.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const [ann, bea] = [eddsaKey('ann'), eddsaKey('bea')]
const SUBMIT_ALL = `mutation ($actions: [SignedActionInput!]!) {
  submitAll(actions: $actions) { hash status rejection { code } transfer { hash } } }`
const SUBMISSIONS =
  'query ($hashes: [String!]!) { submissions(hashes: $hashes) { hash status rejection { code } } }'
let world: ApiWorld
let lot: bigint
/** What the node behind the server was given. */
let given: SubmittedAction[] = []
let gift: HashedAction

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 1_000n)
  gift = world.move(ann, ann.account, bea.account, lot, 7n, 0n)
})
beforeEach(() => {
  given = []
  world.api.services.control.submitAll = async (actions) => {
    given.push(...actions)
    return actions.map((_, i) => ({ hash: fieldToHex(BigInt(i)), status: 'ACCEPTED' }))
  }
})

const transfer = (rest: object = {}) => ({ transfer: { ...inputOf(gift.action), ...rest } })
const codeOf = async (query: string, variables: Record<string, unknown>) =>
  (await world.ask(query, variables)).errors?.[0]?.extensions.code

describe('submitAll', () => {
  it('hands transfers and registrations to the node in their order, and keeps what is malformed back', async () => {
    const { action: register } = world.register(bea, { code: 'NEW' })
    const actions = [
      transfer({ note: 'hello' }),
      transfer({ from: 'x' }),
      { asset: inputOf(register.action) },
    ]
    const { submitAll } = await world.data(SUBMIT_ALL, { actions })
    expect(given).toEqual([
      { bytes: encodeAction(gift.action), note: 'hello' },
      { bytes: encodeAction(register.action), note: undefined },
    ])
    expect(submitAll).toMatchObject([
      { hash: fieldToHex(0n), status: 'ACCEPTED', rejection: null },
      { hash: null, status: 'REJECTED', rejection: { code: 'BAD_ADDRESS' } },
      { hash: fieldToHex(1n), status: 'ACCEPTED', rejection: null },
    ])
  })

  it('takes one of the two kinds per action, and at most a hundred actions', async () => {
    const both = { ...transfer(), asset: inputOf(world.register(bea, { code: 'B' }).action.action) }
    expect(await codeOf(SUBMIT_ALL, { actions: [both] })).toBe('BAD_INPUT')
    expect(await codeOf(SUBMIT_ALL, { actions: [{}] })).toBe('BAD_INPUT')
    const most = Array(MAX_ACTIONS).fill(transfer())
    expect((await world.data(SUBMIT_ALL, { actions: most })).submitAll).toHaveLength(MAX_ACTIONS)
    given = []
    expect(await codeOf(SUBMIT_ALL, { actions: [...most, transfer()] })).toBe('PAGE_TOO_LARGE')
    expect(given).toEqual([])
  })

  it('costs per action', async () => {
    const costOf = async (count: number) =>
      Number((await world.ask(SUBMIT_ALL, { actions: Array(count).fill(transfer()) })).extensions?.cost)
    const [one, ten, fifty] = [await costOf(1), await costOf(10), await costOf(50)]
    expect(ten! - one!).toBe(9 * (27 + 6))
    expect(fifty! - one!).toBe(49 * (27 + 6))
  })

  it('fails as a whole if the node does', async () => {
    world.api.services.control.submitAll = async () => {
      throw new Failure('NODE_UNREACHABLE', 'The node does not answer.', { retry: true })
    }
    expect(await codeOf(SUBMIT_ALL, { actions: [transfer()] })).toBe('NODE_UNREACHABLE')
  })
})

describe('submissions', () => {
  it('answers from the history, from the node, or null, in the order of the hashes', async () => {
    const { control } = world.api.services
    const final = fieldToHex(gift.hash)
    await world.chain.commit([gift])
    const [waiting, refused, unknown] = [1n, 2n, 3n].map((n) => fieldToHex(n)) as [string, string, string]
    const asked: string[] = []
    control.submissions = async (hashes) => {
      asked.push(...hashes)
      return hashes.map((hash) => {
        if (hash === waiting) return { hash, status: 'ACCEPTED' }
        return hash === refused ? { hash, status: 'EXPIRED', rejection: reject('ERA_EXPIRED') } : undefined
      })
    }
    const { submissions } = await world.data(SUBMISSIONS, { hashes: [unknown, waiting, final, refused] })
    expect(asked).toEqual([unknown, waiting, refused])
    expect(submissions).toEqual([
      null,
      { hash: waiting, status: 'ACCEPTED', rejection: null },
      { hash: final, status: 'FINAL', rejection: null },
      { hash: refused, status: 'EXPIRED', rejection: { code: 'ERA_EXPIRED' } },
    ])
    control.submissions = async () => {
      throw new Failure('NODE_UNREACHABLE', 'The node does not answer.', { retry: true })
    }
    const { submissions: away } = await world.data(SUBMISSIONS, { hashes: [waiting, final] })
    expect(away).toMatchObject([{ status: 'ACCEPTED' }, { status: 'FINAL' }])
  })

  it('is about at most a hundred hashes, and costs per hash', async () => {
    const hashes = (count: number) => ({ hashes: Array(count).fill(fieldToHex(9n)) })
    const costOf = async (count: number) =>
      Number((await world.ask(SUBMISSIONS, hashes(count))).extensions?.cost)
    expect((await costOf(MAX_ACTIONS)) - (await costOf(1))).toBe(99 * (10 + 4))
    expect(await codeOf(SUBMISSIONS, hashes(MAX_ACTIONS + 1))).toBe('PAGE_TOO_LARGE')
  })
})
