import { statfs } from 'node:fs/promises'
import { Gauge, Registry } from 'prom-client'
import type { NodeStatus } from '../control/client.ts'
import type { Pool } from '../mempool/pool.ts'
import type { EvidenceLog } from './chain/evidence-log.ts'
import type { Peering } from './peers/peering.ts'

/** Sources of the gauges. */
export interface MetricsParts {
  status(): NodeStatus
  peering: Peering | undefined
  pool: Pick<Pool, 'bytes' | 'parkedBytes'>
  evidence: Pick<EvidenceLog, 'count'>
  /** Folder whose disk is watched. */
  dir: string
}

/** The gauges of a node for Prometheus, read when they are collected. */
export function nodeMetrics(parts: MetricsParts): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name: `inpigritas_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(await read())
      },
    })
  const { status, peering } = parts
  const traffic = peering?.set.traffic
  gauge('view', 'Attempt at the next block', () => status().view)
  gauge('final_height', 'Height of the last final block', () => status().finalHeight)
  gauge('height', 'Height of the newest block held, final or not', () => status().height)
  gauge('era', 'Era of now', () => status().era)
  gauge('era_lag', 'Eras since that of the last final block', () => status().era - status().finalEra)
  gauge('hash_lag', 'Blocks whose trees are not yet hashed', () => status().hashLag)
  gauge('pool_actions', 'Actions waiting', () => status().poolSize)
  gauge('pool_bytes', 'Bytes of actions waiting', () => parts.pool.bytes)
  gauge(
    'pool_parked_bytes',
    'Bytes of actions parked until those they depend on arrive',
    () => parts.pool.parkedBytes,
  )
  gauge('ready', '1 if the node is READY', () => (status().state === 'READY' ? 1 : 0))
  gauge(
    'clock_offset_seconds',
    'Median of how far the clocks of peers are ahead',
    () => status().clockOffsetMs / 1_000,
  )
  gauge('evidence', 'Equivocations of validators seen since the start', () => parts.evidence.count)
  gauge('checkpoint_size', 'Size of the newest checkpoint of a quorum', () => status().log.size ?? 0)
  gauge(
    'contradictions',
    'Validators that have cosigned another history since the start',
    () => status().log.validators.filter(({ contradiction }) => contradiction !== null).length,
  )
  gauge('disk_free_bytes', 'Free bytes on the disk of the data directory', () => freeBytes(parts.dir))
  gauge('memory_bytes', 'Resident memory of the process', () => process.memoryUsage.rss())
  gauge('cpu_seconds', 'Processor time of the process since its start', cpuSeconds)
  if (peering === undefined || traffic === undefined) return registry
  const counted = peering.set
  gauge('peers', 'Peers connected', () => status().peers.length)
  gauge('peer_sent_bytes', 'Bytes sent to peers', () => traffic.sentBytes)
  gauge('peer_received_bytes', 'Bytes received from peers', () => traffic.receivedBytes)
  gauge('peer_sent_messages', 'Messages sent to peers', () => traffic.sentMessages)
  gauge('peer_received_messages', 'Messages received from peers', () => traffic.receivedMessages)
  gauge(
    'peer_dropped_messages',
    'Bulk messages dropped because too many were waiting',
    () => traffic.droppedBulk,
  )
  gauge(
    'peer_throttled',
    'Times that reading from a peer was paused because it sent too much',
    () => traffic.throttled,
  )
  gauge('peer_refused_connections', 'Connections without a pinned key', () => counted.strangers)
  gauge('peer_bans', 'Peers dropped for breaking the protocol', () => counted.bans)
  return registry
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}
