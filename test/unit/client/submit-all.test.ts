import { afterEach, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { createClient } from '../../../src/client/client.ts'
import { MAX_ACTIONS } from '../../../src/client/input.ts'
import { definitionOf, eddsaKey, signRegister } from '../../support/ledger/ledger-world.ts'

afterEach(() => vi.unstubAllGlobals())

it('goes in requests that a server reads, in order, and gives each action its result', async () => {
  const bodies: string[] = []
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    bodies.push(body)
    const { actions } = JSON.parse(body).variables as { actions: { asset: { definition: string } }[] }
    const results = actions.map(({ asset }) => ({
      hash: JSON.parse(asset.definition).code,
      status: 'ACCEPTED',
      rejection: null,
    }))
    return new Response(JSON.stringify({ data: { results } }))
  })
  const ann = eddsaKey('ann')
  const actionOf = (i: number, value: string) =>
    signRegister(ann, {
      chainId: 5n,
      definition: definitionOf(ann, { code: `C${i}`, metadata: { value } }),
      era: 7,
    })
  const long = Array.from({ length: 40 }, (_, i) => ({
    action: actionOf(i, '"'.repeat(1_000)),
    note: 'ä'.repeat(2_000),
  }))
  const short = Array.from({ length: MAX_ACTIONS + 1 }, (_, i) => ({ action: actionOf(40 + i, '') }))
  const client = createClient({ url: 'http://127.0.0.1:1/graphql' })
  const all = [...long, ...short]
  const results = await client.submitAll(all)
  expect(results.map(({ hash }) => hash)).toEqual(all.map((_, i) => `C${i}`))
  expect(bodies.length).toBeGreaterThan(3)
  for (const body of bodies) {
    expect(Buffer.byteLength(body)).toBeLessThan(DEFAULT_LIMITS.bodyBytes)
    expect(JSON.parse(body).variables.actions.length).toBeLessThanOrEqual(MAX_ACTIONS)
  }
  expect(await client.submitAll([])).toEqual([])
})

it('asks a server on the same machine for answers that are not compressed, and no other', async () => {
  const asked: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers['accept-encoding'])
    return new Response(JSON.stringify({ data: {} }))
  })
  for (const server of [
    'http://localhost',
    'http://127.0.0.1:8080',
    'https://[::1]:1',
    'https://localhost.org',
    '',
  ])
    await createClient({ url: `${server}/graphql` }).query('{ __typename }')
  expect(asked).toEqual(['identity', 'identity', 'identity', undefined, undefined])
})
