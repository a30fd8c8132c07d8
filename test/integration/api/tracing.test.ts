import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { MAX_WAITING_SPANS, SpanExporter } from '../../../src/telemetry/span-exporter.ts'
import { type Tracer, tracerOf } from '../../../src/telemetry/tracing.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[]
  status: { code?: number }
}

const genesis = genesisOf()
let receiver: Server
let tracer: Tracer
let api: RunningApi
let spans: ReceivedSpan[] = []
let services: string[] = []

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    // biome-ignore lint/suspicious/noExplicitAny: the test reads what it expects
    const { resourceSpans } = (await json(request)) as any
    for (const { resource, scopeSpans } of resourceSpans) {
      services.push(resource.attributes[0].value.stringValue)
      for (const scope of scopeSpans) spans.push(...scope.spans)
    }
    response.statusCode = request.url === '/v1/traces' && request.headers.key === 'a=b' ? 200 : 500
    response.end('{}')
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'key=a%3Db',
    OTEL_SERVICE_NAME: 'shop',
  }
  tracer = tracerOf(env, 'inpigritas-api', (error) => {
    throw error
  })!
  const { database } = await chainDatabase(genesis)
  api = await serveApi(database, genesis, {
    tracer,
  })
})
afterAll(async () => {
  await api.stop()
  receiver.close()
})
beforeEach(() => {
  spans = []
  services = []
})

/** Asks, and returns the spans that were recorded. */
async function spansOf(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  await response.text()
  await expect
    .poll(async () => {
      await tracer.stop()
      return spans.some(({ name }) => name.startsWith('POST'))
    })
    .toBe(true)
  return spans
}

const attribute = ({ attributes }: ReceivedSpan, name: string) =>
  attributes.find(({ key }) => key === name)?.value
const traceId = '0af7651916cd43dd8448eb211c80319c'
const PARENT = `00-${traceId}-b7ad6b7169203331-01`

it('records request, operation, statements and calls of the node in the trace of the client', async () => {
  const query = 'query Find($code: String!) { asset(by: { code: $code }) { code } pool { size } }'
  const found = await spansOf(query, { code: 'SECRET-7' }, { traceparent: PARENT })
  const [request] = found.filter(({ name }) => name === 'POST /graphql')
  const [operation] = found.filter(({ name }) => name === 'query Find')
  const statements = found.filter((span) => attribute(span, 'db.query.text') !== undefined)
  const [call] = found.filter(({ name }) => name === 'node pool')
  expect(request).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
  expect(attribute(request!, 'http.response.status_code')).toEqual({ intValue: '200' })
  expect(operation).toMatchObject({ traceId, parentSpanId: request!.spanId })
  expect(call).toMatchObject({ traceId, parentSpanId: operation!.spanId })
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    expect(statement).toMatchObject({ traceId, name: 'SELECT', status: {} })
    expect(BigInt(statement.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(statement.startTimeUnixNano))
  }
  expect(JSON.stringify(found)).not.toContain('SECRET-7')
  expect(new Set(services)).toEqual(new Set(['shop']))
})

it('marks an operation that fails with the code of its error', async () => {
  const found = await spansOf('query Bad { blocks(after: "nothing") { nodes { hash } } }')
  const [operation] = found.filter(({ name }) => name === 'query Bad')
  expect(operation!.status).toEqual({ code: 2 })
  expect(attribute(operation!, 'error.type')).toEqual({ stringValue: 'BAD_CURSOR' })
})

it('does not record what the client does not sample, and begins a trace of its own after a bad header', async () => {
  const found = await spansOf('{ chain { name } }', {}, { traceparent: '00-xyz' })
  expect(found.every((span) => /^[0-9a-f]{32}$/.test(span.traceId) && span.traceId !== traceId)).toBe(true)
  spans = []
  await fetch(`${api.url}/graphql?query={chain{name}}`, {
    headers: { traceparent: PARENT.replace(/01$/, '00') },
  })
  await spansOf('{ chain { name } }')
  expect(spans.some(({ traceId: id }) => id === traceId)).toBe(false)
})

it('is off unless an endpoint is named', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
  for (const env of [
    {},
    { ...endpoint, OTEL_SDK_DISABLED: 'true' },
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
  ]) {
    expect(tracerOf(env, 'api', () => {})).toBeUndefined()
  }
  expect(tracerOf(endpoint, 'api', () => {})).toBeDefined()
})

it('drops spans beyond its bound, and those that cannot be sent', async () => {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const exporter = new SpanExporter({ url: 'http://127.0.0.1:1/', headers: {}, service: 'a', onError })
  const span = { traceId, spanId: 'b7ad6b7169203331', parentSpanId: undefined, name: 'a', kind: 1 }
  for (let i = 0; i < MAX_WAITING_SPANS + 10; i++) {
    exporter.add({ ...span, startMs: 0, endMs: 1, attributes: {}, failure: undefined })
  }
  expect(exporter.waiting).toBe(MAX_WAITING_SPANS)
  await exporter.stop()
  expect(exporter.waiting).toBe(0)
  expect(errors).toHaveLength(4)
})
