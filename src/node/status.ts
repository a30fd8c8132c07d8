import type { NodeStatus } from '../control/client.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { Pool } from '../mempool/pool.ts'
import type { BlockExecutor } from './chain/block-executor.ts'
import type { Chain } from './chain/chain.ts'
import type { Committer } from './chain/committer.ts'
import type { ConsensusLoop } from './chain/consensus-loop.ts'
import type { FinalityTimes } from './chain/finality-times.ts'
import type { Cosigning } from './log/cosigning.ts'
import type { NodeOptions } from './options.ts'
import type { Peering } from './peers/peering.ts'

/** The parts of a node that its status tells of. */
export interface StatusParts {
  options: Pick<NodeOptions, 'genesis' | 'version'>
  /** The era of now. */
  era(): number
  chain: Chain
  executor: BlockExecutor
  committer: Committer
  loop: ConsensusLoop
  pool: Pool
  peering: Peering | undefined
  cosigning: Cosigning
  finality: FinalityTimes
}

/** What a node says of itself: to its apis, to metrics, and when it starts. */
export function nodeStatus(parts: StatusParts): NodeStatus {
  const { options, era, chain, executor, loop, pool, peering } = parts
  return {
    chainId: fieldToHex(chain.tip.header.chainId),
    state: stateOf(parts),
    height: loop.height,
    finalHeight: chain.tip.header.height,
    finalEra: chain.tip.header.era,
    era: era(),
    view: loop.view,
    hashLag: executor.hashLag,
    poolSize: pool.size,
    peers: (peering?.set.links ?? []).map(({ peer, software, status }) => ({
      name: peer.name,
      validator: peer.validator !== undefined,
      height: status?.header.height ?? null,
      software,
    })),
    clockOffsetMs: Math.round(peering?.set.clock.medianMs ?? 0),
    finality: parts.finality.status(),
    log: parts.cosigning.status(),
    version: options.version,
  }
}

function stateOf({ options, era, chain, committer, loop, peering }: StatusParts): NodeStatus['state'] {
  if (committer.failure !== undefined) return 'PAUSED'
  if (peering?.sync.isBehind) return 'SYNCING'
  if (loop.isRecovering) return 'RECOVERING'
  const { skewMs, eraMs } = options.genesis
  // The chain waits until the clock has reached the era after its last block.
  const isAhead = chain.tip.header.era > era() + 1 + Math.ceil(skewMs / eraMs)
  const offsetMs = Math.abs(peering?.set.clock.medianMs ?? 0)
  return isAhead || offsetMs > skewMs ? 'CLOCK_OFF' : 'READY'
}
