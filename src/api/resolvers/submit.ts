import { Failure } from '../../config/failure.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { encodeAction } from '../../ledger/action-codec.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { timeoutSignal } from '../budget/timeout.ts'
import type { SubmitResultResolvers, SubmitWait } from '../generated/resolvers.ts'
import { transferAnywhere } from '../model/transfers.ts'
import type { ApiContext } from '../request/context.ts'
import type { SubmitResultModel } from '../request/models.ts'
import type { ApiServices } from '../request/services.ts'

/** Blocks within which an accepted action usually becomes final. */
const PATIENCE_BLOCKS = 3

export const SubmitResult: SubmitResultResolvers = {
  transfer: async ({ hash }, _args, { snapshot }) =>
    hash === null ? null : transferAnywhere(await snapshot.loaders(), fieldFromHex(hash)),
  rejection: ({ rejection }) => rejection ?? null,
}

/** Submits an action to the node and, if requested, waits for its outcome. A rejection is an answer, not an error. */
export async function submit(
  context: ApiContext,
  parse: () => SignedAction,
  note: string | null | undefined,
  wait: SubmitWait,
): Promise<SubmitResultModel> {
  let bytes: Uint8Array
  try {
    bytes = encodeAction(parse())
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error
    return { hash: null, status: 'REJECTED', rejection: error.rejection }
  }
  const reply = await context.services.control.submit(bytes, note ?? undefined)
  if (wait !== 'FINAL' || !isWaiting(reply)) return reply
  return waitFor(context, fieldFromHex(reply.hash))
}

/**
 * Checks after every new final block whether the action is decided, until the server's limit. Nearly all actions are in one of the next
 * blocks, so the node is asked only about those that are not.
 */
async function waitFor({ services, request }: ApiContext, hash: bigint): Promise<SubmitResultModel> {
  const { heights, limits } = services
  const signal = AbortSignal.any([timeoutSignal(limits.waitMs), ...(request ? [request.signal] : [])])
  let height = heights.current
  for (let blocks = 0; ; blocks++) {
    const found = await (blocks < PATIENCE_BLOCKS ? finalOutcome(services, hash) : outcomeOf(services, hash))
    if (found && !isWaiting(found)) return found
    const next = await heights.above(height, signal)
    if (next === undefined) return { hash: fieldToHex(hash), status: 'TIMEOUT' }
    height = next
  }
}

function isWaiting({ status }: Pick<SubmitResultModel, 'status'>): boolean {
  return status === 'ACCEPTED' || status === 'PARKED'
}

/** The status of an action from the history or from the node; undefined if neither knows it. */
export async function outcomeOf(services: ApiServices, hash: bigint): Promise<SubmitResultModel | undefined> {
  const final = await finalOutcome(services, hash)
  if (final) return final
  try {
    return await services.control.submission(fieldToHex(hash))
  } catch (error) {
    // A node that restarts loads its stored pool, so this keeps asking.
    if (error instanceof Failure && error.retry) return { hash: fieldToHex(hash), status: 'ACCEPTED' }
    throw error
  }
}

async function finalOutcome(services: ApiServices, hash: bigint): Promise<SubmitResultModel | undefined> {
  return (await services.finals.load(hash)) ? { hash: fieldToHex(hash), status: 'FINAL' } : undefined
}
