import {
  answerJson,
  isAuthorized,
  type JsonBody,
  jsonResponse,
  malformed,
  wholeNumberIn,
} from '../http/endpoint.ts'
import { oneAtATime } from '../http/shared-answer.ts'
import type { Logger } from '../telemetry/log.ts'
import type { ProofQueue } from './proof-queue.ts'
import type { ProveMode, ProverResult, ProverSelf } from './wire.ts'

/** The bearer tokens that the endpoint accepts. */
export interface ProverTokens {
  prover: string
  operator: string
}

const PREFIX = '/prover/'
/** What a prover does with a batch, and how far it is: the text that is stored and shown. */
const STAGE = /^(witness|proof|verify)( (100|[1-9]?[0-9])%)?$/
const NAME = /^[A-Za-z0-9._:-]{1,64}$/
const CLAIM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Threads that a prover may say it has. */
const MAX_THREADS = 1_024
const MODES: readonly string[] = ['ask', 'latest', 'all'] satisfies ProveMode[]

/**
 * The HTTP endpoint for provers, on the API's server: JSON by POST with the prover token as bearer, or the operator token to requeue.
 * `GET /prover/status` needs no token.
 * PROTOCOL.md, "Provers".
 */
export function proverRoutes(
  queue: ProofQueue,
  tokens: ProverTokens,
  log: Logger,
): (request: Request, url: URL) => Promise<Response | undefined> {
  const methods = methodsOf(queue)
  const status = oneAtATime(() => queue.status())
  return async (request, url) => {
    if (!url.pathname.startsWith(PREFIX)) return undefined
    const name = url.pathname.slice(PREFIX.length)
    if (name === 'status' && request.method === 'GET') return jsonResponse(200, await status())
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (method === undefined || request.method !== 'POST') return jsonResponse(404, { code: 'NOT_FOUND' })
    const who = name === 'requeue' ? 'operator' : 'prover'
    if (!isAuthorized(request, tokens[who]))
      return jsonResponse(401, { code: 'FORBIDDEN', message: `The ${who} token is missing or wrong.` })
    return answerJson(request, method, (err) => log.error({ err, method: name }, 'a prover was not served'))
  }
}

function methodsOf(queue: ProofQueue): Record<string, (body: JsonBody) => Promise<object>> {
  return {
    hello: async (body) => queue.hello(name(body), text(body.stage), self(body)),
    claim: async (body) => {
      const { mode } = body
      if (typeof mode !== 'string' || !MODES.includes(mode)) throw malformed('mode')
      return { job: (await queue.claim(name(body), mode as ProveMode, self(body))) ?? null }
    },
    progress: async (body) => ({ claimed: await queue.progress(claim(body), name(body), stage(body)) }),
    complete: async (body) => {
      const { proof, publicSignals } = body
      const [count, seconds] = [wholeNumberIn(body, 'count'), body.seconds]
      if (typeof seconds !== 'number' || !(seconds >= 0)) throw malformed('seconds')
      const result = {
        batch: batch(body),
        count,
        prover: name(body),
        ...(body.claim !== undefined && claim(body)),
        proof,
        publicSignals,
        seconds,
        backend: backend(body),
      }
      await queue.complete(result)
      return {}
    },
    input: async (body) => ({ input: await queue.input(batch(body), wholeNumberIn(body, 'count')) }),
    fail: async (body) => {
      await queue.fail(claim(body), text(body.error))
      return {}
    },
    requeue: async (body) => ({
      batches: await queue.requeue(body.batch === undefined ? undefined : batch(body)),
    }),
    release: async (body) => {
      await queue.release(claim(body), name(body))
      return {}
    },
  }
}

function name({ prover }: JsonBody): string {
  return word(prover, 'prover')
}

/** What a prover says of itself, as far as it does. */
function self(body: JsonBody): ProverSelf {
  const { version = null, threads = null } = body
  if (
    threads !== null &&
    !(Number.isInteger(threads) && Number(threads) >= 1 && Number(threads) <= MAX_THREADS)
  )
    throw malformed('threads')
  return {
    version: version === null ? null : word(version, 'version'),
    backend: body.backend === undefined ? null : backend(body),
    threads: threads as number | null,
  }
}

function word(value: unknown, field: string): string {
  if (typeof value !== 'string' || !NAME.test(value)) throw malformed(field)
  return value
}

function stage({ stage }: JsonBody): string {
  if (typeof stage !== 'string' || !STAGE.test(stage)) throw malformed('stage')
  return stage
}

function backend({ backend = 'engine' }: JsonBody): ProverResult['backend'] {
  if (backend !== 'engine' && backend !== 'snarkjs' && backend !== 'rapidsnark') throw malformed('backend')
  return backend
}

function batch(body: JsonBody): number {
  return wholeNumberIn(body, 'batch')
}

function claim(body: JsonBody): { batch: number; claim: string } {
  const { claim } = body
  if (typeof claim !== 'string' || !CLAIM.test(claim)) throw malformed('claim')
  return { batch: batch(body), claim }
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > 1_000) throw malformed('text')
  return value
}
