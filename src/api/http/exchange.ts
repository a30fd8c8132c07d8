import type { IncomingMessage, ServerResponse } from 'node:http'
import { Request } from '@whatwg-node/fetch'
import { Gathered } from '../../http/gathered.ts'
import { turns, type Waiter } from '../budget/turns.ts'
import { closedSignal } from './closed-signal.ts'
import { type Direct, writeResult } from './direct.ts'
import type { TakesEvents, WriteEvents } from './event-stream.ts'

/** Answers a request of the Fetch API, as `yoga.handleRequest` does. */
type Handle = (request: Request, context: object) => Promise<Response> | Response

/**
 * Answers the commonest requests without streams: GET, and POST of JSON whose length is known, that accept JSON or an event stream. Their bodies are read
 * before they are handled, and the answers are written at once, events as they come. The streams of the Fetch API would take more time than
 * everything else that is done for a small query or an event. If many arrive at once, clients take turns, before anything of a request is parsed.
 * @param maxBytes of a body; a longer one is left to the handler of all other requests, which refuses it
 * @param clientOf in whose line a request waits
 * @returns a handler that returns false if the request is for another one
 */
export function plainExchange(
  handle: Handle,
  direct: Direct,
  path: string,
  maxBytes: number,
  clientOf: (request: IncomingMessage) => Waiter,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (!isPlain(request, path, maxBytes)) return false
    const body = new Gathered(maxBytes)
    // Its length was checked.
    request.on('data', (chunk: Buffer) => body.add(chunk))
    request.on('end', () => {
      // A handler that throws is a bug, which Yoga's plugins would have answered.
      const answered = async () => {
        while (turns.isOverNow('light')) await turns.next(clientOf(request))
        const { buffer, length } = body.take()
        return answer(handle, direct, request, response, Buffer.from(buffer, 0, length))
      }
      answered().catch(() => response.destroy())
    })
    return true
  }
}

function isPlain({ method, url = '', headers }: IncomingMessage, path: string, maxBytes: number): boolean {
  if (url !== path && !url.startsWith(`${path}?`)) return false
  const { accept = '*/*', 'content-length': length = '', 'content-type': type = '' } = headers
  if (/multipart/i.test(accept) || headers['content-encoding'] !== undefined) return false
  if (method === 'GET') return length === '' && headers['transfer-encoding'] === undefined
  const isBounded = /^\d{1,15}$/.test(length) && Number(length) <= maxBytes
  return method === 'POST' && isBounded && /^application\/json\s*(;|$)/i.test(type)
}

/** A request whose body has been read. */
class ReadRequest extends Request implements TakesEvents {
  readonly #response: ServerResponse
  readonly #body: Buffer
  #signal: AbortSignal | undefined
  /** Writes the events of the answer; undefined if it is no event stream. */
  writeEvents: WriteEvents | undefined

  constructor({ method = 'GET', url, headers }: IncomingMessage, response: ServerResponse, body: Buffer) {
    super(`http://${headers.host ?? 'localhost'}${url}`, {
      method,
      headers: headers as Record<string, string>,
    })
    this.#response = response
    this.#body = body
  }

  takeEvents(write: WriteEvents): void {
    this.writeEvents = write
  }

  /** None is left to be read as a stream. */
  override get body(): null {
    return null
  }

  override text(): Promise<string> {
    return Promise.resolve(this.#body.toString())
  }

  override json(): Promise<unknown> {
    return this.text().then((text) => JSON.parse(text))
  }

  /** Aborts when the connection ends before the answer is written. */
  override get signal(): AbortSignal {
    this.#signal ??= closedSignal(this.#response)
    return this.#signal
  }
}

/** Answers what `direct` can execute, and has Yoga answer the rest, and write results with errors. */
async function answer(
  handle: Handle,
  direct: Direct,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const finished = request.method === 'POST' ? await direct(request, response, body.toString()) : undefined
  if (finished !== undefined && !finished.errors) return writeResult(request, response, finished)
  const read = new ReadRequest(request, response, body)
  return exchange(handle, read, { req: request, res: response, finished }, response)
}

async function exchange(
  handle: Handle,
  read: ReadRequest,
  context: object,
  response: ServerResponse,
): Promise<void> {
  const answer = await handle(read, context)
  const headers: Record<string, string | number> = {}
  answer.headers.forEach((value, name) => {
    headers[name] = value
  })
  if (read.writeEvents !== undefined) {
    response.writeHead(answer.status, headers)
    return read.writeEvents(response)
  }
  const isText = !answer.headers.has('content-encoding')
  const body = isText ? await answer.text() : Buffer.from(await answer.arrayBuffer())
  headers['content-length'] = Buffer.byteLength(body)
  if (!response.destroyed) response.writeHead(answer.status, headers).end(body)
}
