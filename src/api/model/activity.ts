import { eraClockOf, eraFrom } from '../../ledger/era.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import {
  accountTotals,
  assetTotals,
  chainTotals,
  positionsOfEras,
  type Totals,
} from '../../storage/reads/activity.ts'
import type { Activity, ActivityInterval } from '../generated/resolvers.ts'
import { MAX_INTERVALS } from '../limits.ts'
import type { Loaders } from '../request/loaders.ts'

/** Which intervals: those that contain a time from `from` on and before `to`. */
export interface ActivityArguments {
  by: ActivityInterval
  from: Date
  to: Date
}

const LENGTHS: Readonly<Record<ActivityInterval, number>> = { HOUR: 3_600_000, DAY: 86_400_000 }

/** Activity of the whole chain. @throws RejectionError BAD_INPUT (as boundsOf) */
export async function chainActivity(loaders: Loaders, args: ActivityArguments): Promise<Activity[]> {
  const bounds = boundsOf(args)
  return differences(
    bounds,
    await chainTotals(loaders.services.database, erasOf(loaders, bounds), loaders.height),
  )
}

/** Activity of an asset. @throws RejectionError BAD_INPUT (as boundsOf) */
export async function assetActivity(
  loaders: Loaders,
  assetId: bigint,
  args: ActivityArguments,
): Promise<Activity[]> {
  const bounds = boundsOf(args)
  const positions = await positionsOf(loaders, bounds)
  return differences(bounds, await assetTotals(loaders.services.database, assetId, positions))
}

/** Activity of an account that has a key. @throws RejectionError BAD_INPUT (as boundsOf, or for `MINT` and `RETIRED`) */
export async function accountActivity(
  loaders: Loaders,
  account: bigint,
  args: ActivityArguments,
): Promise<Activity[]> {
  if (account === MINT || account === RETIRED) bad('address', { reason: 'MINT and RETIRED have no activity' })
  const bounds = boundsOf(args)
  const positions = await positionsOf(loaders, bounds)
  const totals = await accountTotals(loaders.services.database, account, positions)
  return differences(bounds, totals.length > 0 ? totals : positions.map(() => NOTHING))
}

const NOTHING: Totals = {
  records: 0,
  registers: 0,
  issues: 0,
  retires: 0,
  reinstates: 0,
  units: null,
  holders: null,
}

/**
 * The bounds of the intervals, one more than there are intervals, in milliseconds since 1970.
 * @throws RejectionError BAD_INPUT if there are none, or more than 100
 */
function boundsOf({ by, from, to }: ActivityArguments): number[] {
  const length = LENGTHS[by]
  const first = Math.floor(from.getTime() / length)
  const count = Math.ceil(to.getTime() / length) - first
  if (count < 1) bad('to', { reason: 'to is not after from' })
  if (count > MAX_INTERVALS) bad('to', { reason: 'too many intervals', max: MAX_INTERVALS, got: count })
  return Array.from({ length: count + 1 }, (_, i) => (first + i) * length)
}

function bad(argument: string, data: Record<string, string | number>): never {
  throw new RejectionError(reject('BAD_INPUT', { argument, ...data }))
}

/** The first era at each bound or after it. */
function erasOf({ services }: Loaders, bounds: readonly number[]): number[] {
  const clock = eraClockOf(services.genesis)
  return bounds.map((ms) => eraFrom(clock, ms))
}

async function positionsOf(loaders: Loaders, bounds: readonly number[]): Promise<number[]> {
  return positionsOfEras(loaders.services.database, erasOf(loaders, bounds), await loaders.end())
}

/** What came between each two totals. */
function differences(bounds: readonly number[], totals: readonly Totals[]): Activity[] {
  return totals.slice(1).map((after, i) => {
    const before = totals[i]!
    const registers = after.registers - before.registers
    const issues = after.issues - before.issues
    const retires = after.retires - before.retires
    const reinstates = after.reinstates - before.reinstates
    const records = after.records - before.records
    return {
      from: new Date(bounds[i]!),
      to: new Date(bounds[i + 1]!),
      records: BigInt(records),
      registers: BigInt(registers),
      issues: BigInt(issues),
      transfers: BigInt(records - registers - issues - retires - reinstates),
      retires: BigInt(retires),
      reinstates: BigInt(reinstates),
      units: after.units === null ? null : after.units - before.units!,
      holders: after.holders === null ? null : BigInt(after.holders),
    }
  })
}
