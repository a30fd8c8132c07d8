import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import type { Client } from '../budget/clients.ts'
import { FairQueue } from '../budget/fair-queue.ts'
import { settle } from '../budget/paid.ts'
import { timeoutSignal } from '../budget/timeout.ts'
import { turns } from '../budget/turns.ts'
import { weigh } from '../budget/weigh.ts'
import { rejectionError } from '../errors.ts'
import { Kept } from '../execution/kept-answers.ts'
import { holdUntilClosed } from '../http/hold-until-closed.ts'
import { costOfBytes } from '../limits.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'

/** Milliseconds after which a request may be sent again that was refused because too much was open or waiting. */
const RETRY_MS = 1_000
/** Milliseconds that a client without budget waits for its refusal: whoever asks again at once would keep the server busy with refusals. */
const REFUSAL_MS = 100
/** Refusals of a client that wait. Further ones are answered at once. */
export const MAX_WAITING_REFUSALS = 256

type Run = (args: unknown) => unknown

/**
 * Shares the server among its clients. Each operation is paid for from its client's bucket, events of subscriptions too. What a client does not take of its
 * answers is bounded, in bytes and in time. Queries run a few at a time, in turns between clients, heavy ones in half of the room; mutations may wait for
 * blocks, so they are only counted, per client and in all. What is refused is TOO_MANY_REQUESTS with `retryAfterMs`, and over HTTP status 429 with
 * `Retry-After`, in an event stream an event. Answers say what they cost and what is left; events do not, because equal ones are shared among clients.
 */
export function useFairness(services: ApiServices): Plugin<ApiContext> {
  const { limits, clients } = services
  const queue = new FairQueue(limits.executions)
  const { unsent } = services
  const all: Submissions = { running: 0, max: limits.submissionsInAll }
  return {
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      settle(args.contextValue)
      const client = clients.of(clientOf(args.contextValue))
      const { work } = args.contextValue
      const { cost } = work
      const waitMs = client.take(cost)
      if (waitMs > 0) {
        const errors = [tooMany(waitMs, { cost, left: client.left })]
        return late(client, () => setResultAndStopExecution({ errors }))
      }
      work.weight = weigh(args.document, cost)
      work.charge = (more) => {
        work.cost += more
        client.charge(more)
      }
      const max = unsent.fullFor(client)
      if (max !== undefined) return setResultAndStopExecution({ errors: [tooMany(RETRY_MS, { max })] })
      const run = isMutation(args as ExecutionArgs)
        ? counted(client, limits.submissionsPerClient, all, executeFn as Run)
        : queued(queue, client, limits.timeoutMs, executeFn as Run)
      setExecuteFn(run as never)
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          const { res } = args.contextValue
          const bytes = result.data instanceof Kept ? result.data.text.length : work.answerBytes
          work.charge(costOfBytes(bytes))
          const isHeld = res === undefined || holdUntilClosed(unsent, client, bytes, res)
          setResult(isHeld ? withCost(result, work.cost, client) : { errors: [tooMany(RETRY_MS, {})] })
        },
      }
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      settle(args.contextValue)
      const client = clients.of(clientOf(args.contextValue))
      const { work } = args.contextValue
      const { cost } = work
      const max = limits.subscriptionsPerClient
      if (client.open.subscriptions >= max) {
        return setResultAndStopExecution({ errors: [tooMany(RETRY_MS, { max })] })
      }
      const waitMs = client.take(cost)
      if (waitMs > 0) {
        const errors = [tooMany(waitMs, { cost, left: client.left })]
        return late(client, () => setResultAndStopExecution({ errors }))
      }
      // What it reads for itself alone is a replay or a trace.
      work.weight = 'heavy'
      work.charge = (more) => client.charge(more)
      work.pay = (signal) => client.take(cost) === 0 || client.pay(cost, signal)
    },
  }
}

/** Runs an operation when it is its client's turn. */
function queued(queue: FairQueue, client: Client, maxWaitMs: number, run: Run): Run {
  return async (args) => {
    const { request, work } = (args as { contextValue: ApiContext }).contextValue
    const { weight } = work
    const signalOf = () => AbortSignal.any([timeoutSignal(maxWaitMs), ...(request ? [request.signal] : [])])
    if (!(await queue.enter(client.name, weight, signalOf)))
      return { errors: [tooMany(RETRY_MS, { ...queue.size })] }
    const end = weight === 'light' ? turns.begin() : () => {}
    try {
      return await run(args)
    } finally {
      end()
      queue.leave(client.name, weight)
    }
  }
}

/** Mutations of all clients. */
interface Submissions {
  running: number
  readonly max: number
}

/** Runs a mutation unless too many run, of its client or of all. */
function counted({ open }: Client, maxOfClient: number, all: Submissions, run: Run): Run {
  const count = (change: 1 | -1) => {
    open.submissions += change
    all.running += change
  }
  return async (args) => {
    if (open.submissions >= maxOfClient) return { errors: [tooMany(RETRY_MS, { max: maxOfClient })] }
    if (all.running >= all.max) return { errors: [tooMany(RETRY_MS, { max: all.max })] }
    count(1)
    try {
      return await run(args)
    } finally {
      count(-1)
    }
  }
}

/** Refuses a client that has no budget left, after a while. */
function late({ open }: Client, refuse: () => void): Promise<void> | void {
  if (open.refusals >= MAX_WAITING_REFUSALS) return refuse()
  open.refusals += 1
  return new Promise((resolve) => {
    setTimeout(() => {
      open.refusals -= 1
      resolve(refuse())
    }, REFUSAL_MS)
  })
}

function withCost(result: ExecutionResult, cost: number, client: Client): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, cost, costLeft: client.left } }
}

/** The refusal of an operation for now. */
function tooMany(retryAfterMs: number, data: Record<string, number>): GraphQLError {
  const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  return rejectionError(reject('TOO_MANY_REQUESTS', { ...data, retryAfterMs }), {
    extensions: { http: { status: 429, headers } },
  })
}

function isMutation({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION
}
