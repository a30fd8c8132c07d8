import { expect, it } from 'vitest'
import { patient } from '../../../../src/cli/csv-import/patience.ts'
import { ClientError } from '../../../../src/client/graphql.ts'
import type { Client } from '../../../../src/client/types.ts'

const AWAY = new ClientError('API_UNREACHABLE', 'nothing answers')
const WRONG = new ClientError('BAD_ADDRESS', 'no address')

/** A client whose first answers are these errors. */
function answering(...errors: unknown[]) {
  let asked = 0
  const answer = async () => {
    const error = errors[asked++]
    if (error !== undefined) throw error
    return { asked }
  }
  return { client: { query: answer, chain: answer } as unknown as Client, asked: () => asked }
}

it('an api that is away is asked again until it answers', async () => {
  for (const ask of ['query', 'chain'] as const) {
    const { client } = answering(AWAY, AWAY, AWAY)
    expect(await patient(client, 60_000, 0)[ask]('')).toEqual({ asked: 4 })
  }
})

it('an api that stays away is not asked for ever, and an error that will stay is thrown at once', async () => {
  const away = answering(AWAY, AWAY)
  await expect(patient(away.client, 0, 0).query('')).rejects.toBe(AWAY)
  const wrong = answering(WRONG)
  await expect(patient(wrong.client).query('')).rejects.toBe(WRONG)
  expect(wrong.asked()).toBe(1)
})
