import { Gauge, Registry } from 'prom-client'
import { oneAtATime, withinMs } from '../../http/shared-answer.ts'
import { currentHeight } from '../../storage/heights.ts'
import type { OperationMetrics } from '../../telemetry/operation-metrics.ts'
import type { KeptAnswers } from '../execution/kept-answers.ts'
import { OPTIONAL_READ_MS } from '../limits.ts'
import { proofCounts } from '../model/batches.ts'
import type { RouteHandler } from '../plugins/use-routes.ts'
import type { ApiServices } from '../request/services.ts'

/**
 * `/live`: 200 while the process answers, whoever else does not. `/health`: 200 if the database and the node answer within a second, else 503; the body says which one does not. A node that answers and is not READY yet
 * counts as healthy. `/ready`: 200 only if the node is READY too and the api does not stop, for load
 * balancers. `/metrics`: metrics of node and api for Prometheus. Node and database are asked once at a time, however many ask here.
 */
export function healthRoutes(
  services: ApiServices,
  operations: OperationMetrics,
  kept: Pick<KeptAnswers, 'bytes'>,
): RouteHandler {
  const finalHeight = oneAtATime(() => currentHeight(services.database))
  const nodeStatus = oneAtATime(() => services.control.status())
  const counts = oneAtATime(() => proofCounts(services))
  const text = oneAtATime(() => metricsText(services, operations, kept, counts))
  return async (_request, url) => {
    if (url.pathname === '/live') return Response.json({ status: 'ok', version: services.version })
    if (url.pathname === '/metrics')
      return new Response(await text(), { headers: { 'content-type': operations.registry.contentType } })
    if (url.pathname !== '/health' && url.pathname !== '/ready') return undefined
    const [height, node] = await Promise.all([
      withinMs(OPTIONAL_READ_MS, finalHeight()),
      nodeStatus().catch(() => undefined),
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

/** The metrics of node and api; of the api alone while the node does not answer. */
async function metricsText(
  services: ApiServices,
  operations: OperationMetrics,
  kept: Pick<KeptAnswers, 'bytes'>,
  counts: () => ReturnType<typeof proofCounts>,
): Promise<string> {
  const { control, heights } = services
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `inpigritas_api_${name}`, help, registers: [registry] }).set(value)
  gauge('final_height', 'Height of the last final block as this api sees it', heights.current)
  gauge('memory_bytes', 'Resident memory of the api', process.memoryUsage.rss())
  const { settled, newest } = kept.bytes
  gauge('kept_answers_bytes', 'Memory of the answers that the api keeps', settled + newest)
  const queue = await withinMs(OPTIONAL_READ_MS, counts())
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
  return [node ?? '', await registry.metrics(), await operations.registry.metrics()].join('\n')
}
