import { Failure } from '../../config/failure.ts'
import { MAX_ACTIONS, type SubmittedAction } from '../../control/client.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { encodeAction } from '../../ledger/action-codec.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import { timeoutSignal } from '../budget/timeout.ts'
import type { SignedActionInput, SubmitResultResolvers, SubmitWait } from '../generated/resolvers.ts'
import { parseAssetInput, parseTransferInput } from '../input/submit-input.ts'
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
  const action = actionOf(parse, note)
  if ('status' in action) return action
  const reply = await context.services.control.submit(action.bytes, action.note)
  if (wait !== 'FINAL' || !isWaiting(reply)) return reply
  return waitFor(context, fieldFromHex(reply.hash))
}

/** Submits actions to the node in order, and says what became of each. @throws RejectionError PAGE_TOO_LARGE */
export async function submitAll(
  { services }: ApiContext,
  inputs: readonly SignedActionInput[],
): Promise<SubmitResultModel[]> {
  checkLength(inputs)
  const read = inputs.map(({ transfer, asset }) =>
    transfer == null
      ? actionOf(() => parseAssetInput(asset!), asset!.note)
      : actionOf(() => parseTransferInput(transfer), transfer.note),
  )
  const actions = read.filter((one) => 'bytes' in one)
  const replies = actions.length === 0 ? [] : await services.control.submitAll(actions)
  let next = 0
  return read.map((one) => ('bytes' in one ? replies[next++]! : one))
}

/** The action's bytes, or why the input is none. */
function actionOf(
  parse: () => SignedAction,
  note: string | null | undefined,
): SubmittedAction | SubmitResultModel {
  try {
    return { bytes: encodeAction(parse()), note: note ?? undefined }
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error
    return { hash: null, status: 'REJECTED', rejection: error.rejection }
  }
}

function checkLength({ length }: readonly unknown[]): void {
  if (length > MAX_ACTIONS)
    throw new RejectionError(reject('PAGE_TOO_LARGE', { max: MAX_ACTIONS, got: length }))
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
  const name = fieldToHex(hash)
  return orWaiting(() => services.control.submission(name), { hash: name, status: 'ACCEPTED' })
}

/** The statuses of actions from the history or from the node; null for those that neither knows. @throws RejectionError PAGE_TOO_LARGE */
export async function outcomesOf(
  services: ApiServices,
  hashes: readonly bigint[],
): Promise<(SubmitResultModel | null)[]> {
  checkLength(hashes)
  const outcomes = await Promise.all(hashes.map((hash) => finalOutcome(services, hash)))
  const open = hashes.filter((_, i) => outcomes[i] === undefined).map(fieldToHex)
  const waiting = open.map((hash) => ({ hash, status: 'ACCEPTED' as const }))
  const known =
    open.length === 0
      ? []
      : await orWaiting<(SubmitResultModel | undefined)[]>(() => services.control.submissions(open), waiting)
  let next = 0
  return outcomes.map((outcome) => outcome ?? known[next++] ?? null)
}

/** A node that restarts loads its stored pool, so whoever waits keeps asking. */
async function orWaiting<T>(ask: () => Promise<T>, waiting: T): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Failure && error.retry) return waiting
    throw error
  }
}

async function finalOutcome(services: ApiServices, hash: bigint): Promise<SubmitResultModel | undefined> {
  return (await services.finals.load(hash)) ? { hash: fieldToHex(hash), status: 'FINAL' } : undefined
}
