import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { concatBytes } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { ADD_CHECKPOINT, MAX_REQUEST_BYTES } from '../log/add-checkpoint.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Answer, Witness } from './witness.ts'

/** Requests at a time; further ones are answered with 503. Each holds at most MAX_REQUEST_BYTES. */
const MAX_REQUESTS = 64
const MAX_CONNECTIONS = 256
/** Milliseconds for a request to arrive. */
const REQUEST_MS = 10_000

/** A listening witness. */
export interface WitnessServer {
  /** http://host:port */
  url: string
  /** Stops taking requests and answers those that are there. */
  stop(): Promise<void>
}

/** Serves a witness over HTTP; put a proxy before it for TLS. @throws Failure PORT_TAKEN, LISTEN_FAILED */
export async function serveWitness(
  witness: Witness,
  { host, port, log }: { host: string; port: number; log: Logger },
): Promise<WitnessServer> {
  let running = 0
  const server = http.createServer(
    { requestTimeout: REQUEST_MS, maxHeaderSize: 8_192 },
    (request, response) => {
      if (running >= MAX_REQUESTS) return send(response, text(503, 'too many requests are in progress'))
      running += 1
      answer(witness, request)
        .catch((err) => {
          log.error({ err }, 'request failed')
          return text(500, 'the witness failed; its log says why')
        })
        .then((reply) => send(response, reply))
        .finally(() => {
          running -= 1
        })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      const why = isTaken ? 'is taken' : `cannot be opened: ${cause.message}`
      reject(
        new Failure(isTaken ? 'PORT_TAKEN' : 'LISTEN_FAILED', `port ${port} on ${host} ${why}`, {
          hint: 'choose another with --port, or stop the program that uses it',
          cause,
        }),
      )
    })
    server.listen(port, host, resolve)
  })
  const { port: open } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${open}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function answer(witness: Witness, request: IncomingMessage): Promise<Answer> {
  if (request.url !== ADD_CHECKPOINT) return text(404, `requests go to ${ADD_CHECKPOINT}`)
  if (request.method !== 'POST') return text(405, 'a checkpoint is added by POST')
  const body = await readBody(request)
  return body === undefined
    ? text(413, `a request has at most ${MAX_REQUEST_BYTES} bytes`)
    : witness.addCheckpoint(body)
}

/** The body; undefined if it is too large, in which case the rest is not kept. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk)
    else if (size > 2 * MAX_REQUEST_BYTES) break
  }
  return size > MAX_REQUEST_BYTES ? undefined : concatBytes(...chunks)
}

const text = (status: number, line: string): Answer => ({ status, type: 'text/plain', body: `${line}\n` })

function send(response: ServerResponse, { status, type, body }: Answer): void {
  if (response.destroyed) return
  const isText = type === 'text/plain'
  response
    .writeHead(status, {
      'content-type': isText ? 'text/plain; charset=utf-8' : type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(status === 413 ? { connection: 'close' } : {}),
    })
    .end(body)
}
