import { beforeAll, expect, it } from 'vitest'
import { MAX_NAMES } from '../../../src/telemetry/operation-metrics.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open()
})

/** The samples of a metric: value by labels. */
async function samples(name: string): Promise<Record<string, number>> {
  const text = await (await world.api.yoga.fetch('http://api/metrics')).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
  return Object.fromEntries(
    lines.map((line) => [line.slice(line.indexOf('{') + 1, line.indexOf('}')), Number(line.split('} ')[1])]),
  )
}

it('counts and times operations by name, whatever document they come in', async () => {
  await world.data('query Head { chain { name } }')
  await world.data('query Head { chain { head { hash } } }')
  await world.ask('query A { chain { name } } query B { chain { name } }', {}, 'B')
  await world.data('{ chain { name } }')
  const counts = await samples('inpigritas_api_operation_seconds_count')
  expect(counts).toMatchObject({ 'operation="Head"': 2, 'operation="B"': 1, 'operation="anonymous"': 1 })
  const sums = await samples('inpigritas_api_operation_seconds_sum')
  expect(sums['operation="Head"']).toBeGreaterThan(0)
  const url = 'http://api/graphql'
  const live = await Sse.open(
    (at, init) => world.api.yoga.fetch(at, init),
    url,
    'subscription Tip { chain { name } }',
  )
  await live.data()
  await live.close()
  expect(await samples('inpigritas_api_subscriptions_total')).toEqual({ 'operation="Tip"': 1 })
})

it('counts errors by code', async () => {
  await world.ask('{ chain { nothing } }')
  await world.ask('{ chain ')
  await world.ask('{ blocks(first: 1000) { nodes { hash } } }')
  const codes = await samples('inpigritas_api_errors_total')
  expect(Object.values(codes).reduce((sum, n) => sum + n, 0)).toBe(3)
  expect(codes['code="GRAPHQL_PARSE_FAILED"']).toBe(1)
})

it('counts operations beyond the bound on names together', async () => {
  for (let i = 0; i < MAX_NAMES + 5; i++) await world.data(`query Made${i} { __typename }`)
  const counts = await samples('inpigritas_api_operation_seconds_count')
  expect(Object.keys(counts)).toHaveLength(MAX_NAMES)
  expect(counts['operation="other"']).toBeGreaterThanOrEqual(5)
})
