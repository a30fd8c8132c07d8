import { currentHeight } from '../../storage/heights.ts'
import type { ApiServices } from '../context.ts'
import type { RouteHandler } from './routes.ts'

/**
 * `/health`: 200 when database and node answer, 503 otherwise; the body says which. A node that is not READY yet still
 * counts as answering.
 */
export function healthRoute(services: ApiServices): RouteHandler {
  return async (_request, url) => {
    if (url.pathname !== '/health') return undefined
    const [height, node] = await Promise.all([
      currentHeight(services.database).catch(() => undefined),
      services.control.status().catch(() => undefined),
    ])
    const ok = height !== undefined && node !== undefined
    const body = {
      status: ok ? 'ok' : 'failing',
      height: height ?? null,
      database: height === undefined ? 'unreachable' : 'ok',
      node: node?.state ?? 'unreachable',
      version: services.version,
    }
    return Response.json(body, { status: ok ? 200 : 503 })
  }
}
