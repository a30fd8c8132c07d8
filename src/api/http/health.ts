import { Gauge, Registry } from 'prom-client'
import { currentHeight } from '../../storage/heights.ts'
import type { OperationMetrics } from '../../telemetry/operation-metrics.ts'
import { proofCounts } from '../model/batches.ts'
import type { RouteHandler } from '../plugins/use-routes.ts'
import type { ApiServices } from '../request/services.ts'

/** Milliseconds that the database has to answer; the control client bounds the node. */
const DATABASE_MS = 1_000

/**
 * `/health`: 200 if the database and the node answer within a second, else 503; the body says which one does not. A node that answers and is not READY yet
 * counts as healthy. `/ready`: 200 only if the node is READY too and the api does not stop, for load
 * balancers. `/metrics`: metrics of node and api for Prometheus.
 */
export function healthRoutes(services: ApiServices, operations: OperationMetrics): RouteHandler {
  const finalHeight = oneAtATime(() => currentHeight(services.database))
  const counts = oneAtATime(() => proofCounts(services))
  return async (_request, url) => {
    if (url.pathname === '/metrics') return metrics(services, operations, counts)
    if (url.pathname !== '/health' && url.pathname !== '/ready') return undefined
    const [height, node] = await Promise.all([
      withinMs(DATABASE_MS, finalHeight()),
      services.control.status().catch(() => undefined),
    ])
    const answers = height !== undefined && node !== undefined
    const { stopping, version } = services
    const ok = answers && (url.pathname === '/health' || (node.state === 'READY' && !stopping.aborted))
    const body = {
      status: stopping.aborted ? 'stopping' : ok ? 'ok' : 'failing',
      height: height ?? null,
      database: height === undefined ? 'unreachable' : 'ok',
      node: node?.state ?? 'unreachable',
      version,
    }
    return Response.json(body, { status: ok ? 200 : 503 })
  }
}

/** Asks once at a time: whoever asks meanwhile gets the same answer. So questions to a database that hangs do not pile up. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= ask().finally(() => {
      running = undefined
    })
    return running
  }
}

/** The value of a promise; undefined if it fails or is not there in time. */
async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return Promise.race([promise.catch(() => undefined), late]).finally(() => clearTimeout(timer))
}

/** The metrics of node and api; of the api alone while the node does not answer. */
async function metrics(
  services: ApiServices,
  operations: OperationMetrics,
  counts: () => ReturnType<typeof proofCounts>,
): Promise<Response> {
  const { control, heights } = services
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `inpigritas_api_${name}`, help, registers: [registry] }).set(value)
  gauge('final_height', 'Height of the last final block as this api sees it', heights.current)
  gauge('memory_bytes', 'Resident memory of the api', process.memoryUsage.rss())
  const queue = await withinMs(DATABASE_MS, counts())
  if (queue !== undefined) {
    const { waiting, running, dead, backlog, proofs } = queue
    gauge('proofs', 'Batches with a proof', proofs)
    gauge('proof_backlog', 'Full batches without a proof of all their records', backlog)
    gauge('proof_jobs_waiting', "Batches in the provers' queue", waiting)
    gauge('proof_jobs_running', 'Batches that a prover is at work on', running)
    gauge('proof_jobs_dead', 'Batches given up until an operator requeues them', dead)
  }
  const node = await control.metrics().catch(() => undefined)
  gauge('node_reachable', '1 if the node behind this api answers', node === undefined ? 0 : 1)
  const text = [node ?? '', await registry.metrics(), await operations.registry.metrics()].join('\n')
  return new Response(text, { headers: { 'content-type': registry.contentType } })
}
