import { expect, it } from 'vitest'
import { KeptAnswers } from '../../../../src/api/execution/kept-answers.ts'
import { healthRoutes } from '../../../../src/api/http/health.ts'
import type { ApiServices } from '../../../../src/api/request/services.ts'
import { OperationMetrics } from '../../../../src/telemetry/operation-metrics.ts'

it('/health asks a database that hangs once, however often it is asked itself', async () => {
  let statements = 0
  const sql = () => {
    statements += 1
    return new Promise(() => {})
  }
  const control = { status: async () => ({ state: 'READY' }) }
  const stopping = new AbortController().signal
  const services = { database: { sql }, control, stopping, version: 'test' } as unknown as ApiServices
  const routes = healthRoutes(services, new OperationMetrics(), new KeptAnswers())
  const ask = async () => routes(new Request('http://api/health'), new URL('http://api/health'))
  for (const answer of await Promise.all(Array.from({ length: 100 }, ask))) expect(answer!.status).toBe(503)
  await ask()
  expect(statements).toBe(1)
})
