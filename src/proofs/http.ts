import { createHash, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { RejectionError, throwRejection } from '../ledger/rejection.ts'
import type { Logger } from '../telemetry/log.ts'
import type { ProofQueue } from './proof-queue.ts'
import type { ProveMode, ProverResult } from './wire.ts'

type Body = Record<string, unknown>

/** The bearer tokens that the endpoint accepts. */
export interface ProverTokens {
  prover: string
  operator: string
}

const PREFIX = '/prover/'
const MAX_BODY_BYTES = 32_768
/** What a prover does with a batch, and how far it is: the text that is stored and shown. */
const STAGE = /^(witness|proof|verify)( (100|[1-9]?[0-9])%)?$/
const NAME = /^[A-Za-z0-9._:-]{1,64}$/
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
  return async (request, url) => {
    if (!url.pathname.startsWith(PREFIX)) return undefined
    const name = url.pathname.slice(PREFIX.length)
    if (name === 'status' && request.method === 'GET') return answer(200, await queue.status())
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (method === undefined || request.method !== 'POST') return answer(404, { code: 'NOT_FOUND' })
    const who = name === 'requeue' ? 'operator' : 'prover'
    if (!authorized(request, tokens[who]))
      return answer(401, { code: 'FORBIDDEN', message: `The ${who} token is missing or wrong.` })
    try {
      return answer(200, await method(await readBody(request)))
    } catch (error) {
      if (error instanceof RejectionError) return answer(422, error.rejection)
      if (error instanceof DecodeError) return answer(400, { code: error.code, message: error.message })
      log.error({ err: error, method: name }, 'a prover was not served')
      return answer(500, { code: 'INTERNAL', message: 'The server failed; its log says why.' })
    }
  }
}

function methodsOf(queue: ProofQueue): Record<string, (body: Body) => Promise<object>> {
  return {
    hello: async (body) => queue.hello(name(body), text(body.stage)),
    claim: async (body) => {
      const { mode } = body
      if (typeof mode !== 'string' || !MODES.includes(mode)) throw malformed('mode')
      return { job: (await queue.claim(name(body), mode as ProveMode)) ?? null }
    },
    progress: async (body) => ({ claimed: await queue.progress(batch(body), name(body), stage(body)) }),
    complete: async (body) => {
      const { proof, publicSignals } = body
      const [count, seconds] = [integer(body.count, 'count'), body.seconds]
      if (typeof seconds !== 'number' || !(seconds >= 0)) throw malformed('seconds')
      const result = {
        batch: batch(body),
        count,
        prover: name(body),
        proof,
        publicSignals,
        seconds,
        backend: backend(body),
      }
      await queue.complete(result)
      return {}
    },
    input: async (body) => ({ input: await queue.input(batch(body), integer(body.count, 'count')) }),
    fail: async (body) => {
      await queue.fail(batch(body), name(body), text(body.error))
      return {}
    },
    requeue: async (body) => ({
      batches: await queue.requeue(body.batch === undefined ? undefined : batch(body)),
    }),
    release: async (body) => {
      await queue.release(batch(body), name(body))
      return {}
    },
  }
}

async function readBody(request: Request): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? Number.NaN) > MAX_BODY_BYTES)
    throwRejection('BODY_TOO_LARGE', { max: MAX_BODY_BYTES })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > MAX_BODY_BYTES) throwRejection('BODY_TOO_LARGE', { max: MAX_BODY_BYTES })
    parts.push(part)
  }
  const json = parseJson(Buffer.concat(parts).toString('utf8'), MAX_BODY_BYTES)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('body')
  return json
}

/** Compares the tokens by their hashes, in constant time. */
function authorized(request: Request, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]{1,256})$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function name({ prover }: Body): string {
  return word(prover, 'prover')
}

function word(value: unknown, field: string): string {
  if (typeof value !== 'string' || !NAME.test(value)) throw malformed(field)
  return value
}

function stage({ stage }: Body): string {
  if (typeof stage !== 'string' || !STAGE.test(stage)) throw malformed('stage')
  return stage
}

function backend({ backend = 'snarkjs' }: Body): ProverResult['backend'] {
  if (backend !== 'snarkjs' && backend !== 'rapidsnark') throw malformed('backend')
  return backend
}

function batch({ batch }: Body): number {
  return integer(batch, 'batch')
}

function integer(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(field)
  return value as number
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > 1_000) throw malformed('text')
  return value
}

function malformed(field: string): DecodeError {
  return new DecodeError('MALFORMED', `${field} is missing or malformed`)
}

function answer(status: number, body: object): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}
