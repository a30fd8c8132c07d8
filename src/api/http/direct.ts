import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql'
import { maskError } from '../errors.ts'
import { Kept } from '../execution/kept-answers.ts'
import { acceptedEncoding, compressed, MIN_COMPRESSED_BYTES } from '../plugins/use-compression.ts'
import { nameOf } from '../plugins/use-metrics.ts'
import { type TrustedDocuments, withDocument } from '../plugins/use-trusted-documents.ts'
import { openContext } from '../request/context.ts'
import type { ApiServer } from '../server.ts'
import { AskedBodies } from './asked-bodies.ts'
import { closedSignal, whenClosed } from './closed-signal.ts'
import { pluginExecution } from './plugin-execution.ts'

/** The result of a POST request; undefined if Yoga has to find it. */
export type Direct = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => Promise<ExecutionResult | undefined>

/** The parameters of a request. A request with any other is left to Yoga. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'query',
  'variables',
  'operationName',
  'extensions',
  'documentId',
])

/**
 * Answers from memory what was asked in the same words before, and executes queries whose document needs no look, because the same text passed all
 * checks before. All plugins have their part in the execution; what is left out are Yoga's objects for requests and responses, which take longer than
 * a small query. Whatever is not as usual is left to Yoga.
 */
export function directExecution(api: ApiServer): Direct {
  const { corsOrigins } = api.services
  const bodies = new AskedBodies(api)
  const execute = firstExecution(api, bodies)
  return async (request, response, body) => {
    const { headers } = request
    if (mediaTypeOf(headers.accept) === undefined) return undefined
    if (corsOrigins.length > 0 && headers.origin !== undefined) return undefined
    return (await bodies.answer(request, response, body)) ?? execute(request, response, body)
  }
}

/** Executes a query by all plugins, and tells `bodies` of an answer that was kept. */
function firstExecution(api: ApiServer, bodies: AskedBodies): Direct {
  const { services, yoga } = api
  const { trusted, documents, log } = services
  const execute = pluginExecution(api)
  const { schema } = yoga.getEnveloped()
  return async (request, response, body) => {
    const params = parametersIn(body, trusted)
    const document = typeof params?.query === 'string' ? documents.get(params.query) : undefined
    if (params === undefined || document === undefined) return undefined
    const { variables: variableValues, operationName } = params
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY) return undefined
    const contextValue = {
      req: request,
      res: response,
      request: new DirectRequest(request, response),
      params,
      ...openContext(services, (abort) => whenClosed(response, abort)),
    }
    try {
      const result = await execute({ schema, document, variableValues, operationName, contextValue })
      if (result.data instanceof Kept) {
        const { cost } = contextValue.work
        bodies.add(body, { place: result.data.place, cost, name: nameOf({ document, operationName }) })
      }
      return result
    } catch (error) {
      return { errors: [maskError(error, log)] }
    }
  }
}

/** Writes a result without errors, as Yoga does. */
export async function writeResult(
  { headers }: IncomingMessage,
  response: ServerResponse,
  result: ExecutionResult & { stringify?: (result: ExecutionResult) => string },
): Promise<void> {
  const text = (result.stringify ?? JSON.stringify)(result)
  const length = Buffer.byteLength(text)
  const accepted = headers['accept-encoding']
  const encoding =
    length < MIN_COMPRESSED_BYTES || accepted === undefined ? undefined : acceptedEncoding(String(accepted))
  const body = encoding === undefined ? text : await compressed(text, encoding)
  if (response.destroyed) return
  response
    .writeHead(200, {
      'content-type': `${mediaTypeOf(headers.accept)}; charset=utf-8`,
      vary: 'accept, accept-encoding',
      'cache-control': 'no-store',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      'content-length': typeof body === 'string' ? length : body.byteLength,
    })
    .end(body)
}

interface Parameters {
  query?: unknown
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/** The parameters of a request in a form that needs no further check; undefined for any other. */
function parametersIn(body: string, trusted: TrustedDocuments): Parameters | undefined {
  try {
    const params: unknown = JSON.parse(body)
    if (!isObject(params) || !Object.keys(params).every((name) => PARAMETERS.has(name))) return undefined
    const { variables, extensions, operationName } = params
    if (!isObject(variables ?? {}) || !isObject(extensions ?? {})) return undefined
    return typeof (operationName ?? '') === 'string' ? withDocument(params, trusted) : undefined
  } catch {
    return undefined // Yoga finds the fault again, and has words for it
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The media type of an answer, chosen as Yoga does: the first one that is accepted and served. Undefined where Yoga must look. */
function mediaTypeOf(accept = '*/*'): string | undefined {
  for (const part of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';')
    if (parameters.some((parameter) => parameter.includes('charset'))) return undefined
    if (type === 'application/graphql-response+json' || type === 'application/json') return type
    if (type === '*/*' || type === 'application/*') return 'application/json'
    if (type.includes('*')) return undefined
  }
  return undefined
}

/** What plugins read of a request. */
class DirectRequest implements Pick<Request, 'method' | 'signal'> {
  readonly method = 'POST'
  readonly headers: { get(name: string): string | null }
  readonly #response: ServerResponse
  #signal: AbortSignal | undefined

  constructor({ headers }: IncomingMessage, response: ServerResponse) {
    this.headers = {
      get: (name) => {
        const value = headers[name]
        return value === undefined ? null : String(value)
      },
    }
    this.#response = response
  }

  get signal(): AbortSignal {
    this.#signal ??= closedSignal(this.#response)
    return this.#signal
  }
}
