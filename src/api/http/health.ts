import { Gauge, Registry } from 'prom-client'
import { currentHeight } from '../../storage/heights.ts'
import type { ApiServices } from '../context.ts'
import type { RouteHandler } from './routes.ts'

/**
 * `/health`: 200 when database and node answer, 503 otherwise; the body says which. A node that is not READY yet still
 * counts as answering. `/ready`: 200 only when the node is READY too, for load balancers. `/metrics`: readings of node and api for Prometheus.
 */
export function healthRoutes(services: ApiServices): RouteHandler {
  return async (_request, url) => {
    if (url.pathname === '/metrics') return metrics(services)
    if (url.pathname !== '/health' && url.pathname !== '/ready') return undefined
    const [height, node] = await Promise.all([
      currentHeight(services.database).catch(() => undefined),
      services.control.status().catch(() => undefined),
    ])
    const answers = height !== undefined && node !== undefined
    const ok = answers && (url.pathname === '/health' || node.state === 'READY')
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

/** The node's readings; of the api alone while the node does not answer. */
async function metrics({ control, heights }: ApiServices): Promise<Response> {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `inpigritas_api_${name}`, help, registers: [registry] }).set(value)
  gauge('final_height', 'Height of the last final block as this api sees it', heights.current)
  gauge('memory_bytes', 'Resident memory of the api', process.memoryUsage.rss())
  const node = await control.metrics().catch(() => undefined)
  gauge('node_reachable', '1 if the node behind this api answers', node === undefined ? 0 : 1)
  const text = [node ?? '', await registry.metrics()].join('\n')
  return new Response(text, { headers: { 'content-type': registry.contentType } })
}
