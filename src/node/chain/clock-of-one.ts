import { Failure } from '../../config/failure.ts'
import type { Point, ReplicaConfig } from '../../consensus/types.ts'
import { timeOfEra } from '../../ledger/era.ts'

/** How long after a block the next one may be without a question: a day. */
const MAX_PAUSE_MS = 24 * 3_600_000

/**
 * With one validator nobody doubts its clock: a block made under one that is years ahead would stop the chain until then. So after a longer pause
 * than a day, its operator has to vouch for it. PROTOCOL.md, "Propose".
 * @param last the last block
 * @param era of now, or of the next block
 * @throws Failure CLOCK_JUMPED
 */
export function checkClockOfOne(
  config: ReplicaConfig,
  last: Pick<Point, 'height' | 'era'>,
  era: number,
): void {
  if (config.validators > 1 || last.height === 0) return
  const [then, now] = [timeOfEra(config, last.era), timeOfEra(config, era)]
  if (now - then <= MAX_PAUSE_MS) return
  throw new Failure(
    'CLOCK_JUMPED',
    `this machine's clock says ${new Date(now).toISOString()}; the last block is of ${new Date(then).toISOString()}`,
    {
      hint: 'if the clock is right, start with --accept-clock; if it is wrong, set it first: a block of a future time stops the chain until then',
    },
  )
}
