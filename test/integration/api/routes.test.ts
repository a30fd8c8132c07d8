import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Clients } from '../../../src/api/budget/clients.ts'
import { DEFAULT_LIMITS, OPERATOR_LIMITS, ROUTE_BYTES_PER_COST, ROUTE_COST } from '../../../src/api/limits.ts'
import type { RouteHandler } from '../../../src/api/plugins/use-routes.ts'
import { createApi } from '../../../src/api/server.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { countStatements } from '../../support/api/count-statements.ts'

const ADDRESS = '192.0.2.7'
const context = { req: { socket: { remoteAddress: ADDRESS }, headers: {} } }
/** Budgets do not refill. */
const stopped = () => 0
let world: ApiWorld
let api: ReturnType<typeof createApi>
let statements: string[]
/** How often the node was asked. */
let asked: Record<'status' | 'metrics', number>

beforeAll(async () => {
  world = await ApiWorld.open()
  statements = countStatements(world.database)
})
beforeEach(() => {
  asked = { status: 0, metrics: 0 }
  const { services } = world.api
  const control = {
    ...services.control,
    status: () => {
      asked.status++
      return services.control.status()
    },
    metrics: () => {
      asked.metrics++
      return services.control.metrics()
    },
  }
  const clients = new Clients(DEFAULT_LIMITS, stopped)
  const operators = new Clients(OPERATOR_LIMITS, stopped)
  const prover: RouteHandler = (_request, { pathname }) =>
    pathname === '/prover/claim' ? new Response('{}') : undefined
  api = createApi({ ...services, control, clients, operators }, [prover])
  statements.length = 0
})

const get = async (path: string, init: RequestInit = {}) => {
  const response = await api.yoga.fetch(`http://api${path}`, init, context)
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength }
}
/** What the client's requests have cost: of all, and of the operator's. */
function paid(): [client: number, operator: number] {
  const { clients, operators } = api.services
  return [
    DEFAULT_LIMITS.bucket - clients.of(ADDRESS).left,
    OPERATOR_LIMITS.bucket - operators.of(ADDRESS).left,
  ]
}

/** The largest file that GraphiQL loads. */
async function script(): Promise<string> {
  const page = await api.yoga.fetch('http://api/graphiql', {}, {})
  return /src="(\/graphiql\/\w+\/graphiql\.js)"/.exec(await page.text())![1]!
}

describe('a request that is not GraphQL', () => {
  it.each(['/', '/assets', '/service-worker.js', '/graphiql', '/nothing', '/explorer/nothing'])(
    'for %s is paid for by its client',
    async (path) => {
      const { bytes } = await get(path)
      expect(paid()).toEqual([ROUTE_COST, 0])
      expect(bytes).toBeLessThan(16 * 1024)
    },
  )

  it.each(['/live', '/health', '/ready', '/metrics', '/prover/claim', '/prover/nothing', '/webhooks/list'])(
    'for %s is paid for as the operator does',
    async (path) => {
      await get(path)
      expect(paid()).toEqual([0, ROUTE_COST])
    },
  )

  it.each(['/nothing/live', '/nothing?/live', '/nothing/health'])(
    'for %s is none of those, whatever it ends with',
    async (path) => {
      expect((await get(path)).status).toBe(404)
      expect(paid()).toEqual([ROUTE_COST, 0])
    },
  )

  it('is paid for by the length of its answer too', async () => {
    const { bytes } = await get(await script())
    expect(bytes).toBeGreaterThan(1024 * 1024)
    expect(paid()).toEqual([ROUTE_COST + Math.floor(bytes / ROUTE_BYTES_PER_COST), 0])
  })

  it('waits while its client has too little budget, which does not concern monitors', async () => {
    const { clients } = api.services
    clients.of(ADDRESS).charge(DEFAULT_LIMITS.bucket)
    expect((await get('/health')).status).toBe(200)
    const giveUp = new AbortController()
    const page = get('/', { signal: giveUp.signal })
    expect((await get('/health')).status).toBe(200)
    giveUp.abort()
    await expect(page).rejects.toMatchObject({ name: 'AbortError' })
  })

  it.each<[string, number, Partial<typeof asked>]>([
    ['/live', 0, {}],
    ['/graphiql', 1, {}],
    ['/health', 1, { status: 1 }],
    ['/metrics', 3, { metrics: 1 }],
  ])('for %s asks database and node once, however many ask at a time', async (path, count, node) => {
    const all = await Promise.all(Array.from({ length: 20 }, () => get(path)))
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(statements).toHaveLength(count)
    expect(asked).toEqual({ status: 0, metrics: 0, ...node })
  })

  it('has examples that are not waited for, if the database does not answer', async () => {
    const gone = {
      ...world.database,
      sql: Object.assign(() => new Promise(() => {}), world.database.sql) as never,
    }
    api = createApi({ ...api.services, database: gone })
    expect((await get('/graphiql')).status).toBe(200)
  })
})
