import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { fieldToHex } from '../../crypto/field.ts'
import { csvHeader, csvLine, type ExportEnd, ndjsonEnd, ndjsonLine } from '../../export/format.ts'
import { type ExportRow, exportPages } from '../../export/rows.ts'
import { clientName } from '../../http/client-address.ts'
import { RejectionError, throwRejection } from '../../ledger/rejection.ts'
import { maskError } from '../errors.ts'
import { ROUTE_COST } from '../limits.ts'
import { originAllowed } from '../plugins/use-security.ts'
import type { ApiServices } from '../request/services.ts'
import { closedSignal } from './closed-signal.ts'
import { type ExportRequest, parseExport } from './export-request.ts'
import { statusOfFailure } from './failure.ts'
import { Slots } from './slots.ts'

/** Bounds of exports. */
export interface ExportLimits {
  /** Exports that run at once, of all clients. */
  exports: number
  /** Exports of one client that run at once. */
  exportsPerClient: number
  /** Milliseconds without a byte read by the client, after which its export is cut off. */
  stallMs: number
  /** Milliseconds that an export may take before it is cut off; the client continues with another request. */
  totalMs: number
}

const EXPORT_LIMITS: ExportLimits = {
  exports: 8,
  exportsPerClient: 2,
  stallMs: 60_000,
  totalMs: 3_600_000,
}
/** Cost of a page of rows and of each row in it, by the time that they take: a request alone costs as much as a page. */
export const EXPORT_COST = { page: ROUTE_COST, row: 10 }
const PREFIX = '/export/'
/** Seconds after which a client that got no slot may ask again. */
const RETRY_AFTER_S = '10'
/** HTTP 1.0 and answers without a body have no trailers. */
const TRAILERS = 'inpigritas-count, inpigritas-sha256, inpigritas-after, inpigritas-complete'
const BUFFER_BYTES = 65_536
const CONTENT_TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' }

/** Answers requests for exports. */
export interface ExportServer {
  /** Takes a request below /export/. @returns false for any other request */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Number of exports that run. */
  readonly running: number
}

/**
 * `GET /export/LIST.FORMAT`: a whole list as of one height, streamed. Rows are read page by page as the client takes them, so an export needs
 * the memory of one page and, while it waits for its client, no connection of the database. Requests are paid for from the client's bucket, and each page once
 * its rows are known; while there is too little in it, the export waits.
 */
export function createExports(shared: ApiServices, limits: Partial<ExportLimits> = {}): ExportServer {
  const services = { ...shared, database: shared.heavyStatements.bound(shared.database) }
  const bounds = { ...EXPORT_LIMITS, ...limits }
  const slots = new Slots(bounds.exports, bounds.exportsPerClient)
  return {
    get running() {
      return slots.running
    },
    handle(request, response) {
      if (!request.url?.startsWith(PREFIX)) return false
      response.setHeader('cache-control', 'no-store')
      allowOrigin(services, request, response)
      serve(services, slots, bounds, request, response).catch((error) => refuse(services, response, error))
      return true
    },
  }
}

async function serve(
  services: ApiServices,
  slots: Slots,
  { stallMs, totalMs, exports: max, exportsPerClient: maxPerClient }: ExportLimits,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return answer(response, 405, { code: 'BAD_INPUT', message: 'An export is asked for by GET.' })
  }
  const name = clientName(request.socket.remoteAddress, forwardedFor(request), services.proxies)
  const release = slots.take(name)
  if (release === undefined) throwRejection('TOO_MANY_REQUESTS', { max, maxPerClient })
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), totalMs)
  const client = services.clients.of(name)
  const signal = AbortSignal.any([end.signal, closedSignal(response)])
  try {
    // What is refused, or only asked about, is looked up as well.
    if (!(await client.pay(EXPORT_COST.page, signal))) return void response.destroy()
    const wanted = await parseExport(services, new URL(request.url!, 'http://api'))
    if (wanted === undefined) throwRejection('NOT_FOUND')
    response.setTimeout(stallMs, () => response.destroy())
    response.setHeader('inpigritas-chain', fieldToHex(services.chainId))
    await stream(wanted, request, response, signal, (rows) =>
      client.pay(EXPORT_COST.page + rows * EXPORT_COST.row, signal),
    )
  } finally {
    clearTimeout(timer)
    release()
  }
}

/** Pays for a page with so many rows. @returns false if the export ends before */
type Pay = (rows: number) => Promise<boolean>

async function stream(
  wanted: ExportRequest,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  pay: Pay,
): Promise<void> {
  const isGzip = acceptsGzip(request.headers['accept-encoding'])
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[wanted.format],
    'content-disposition': `attachment; filename="${wanted.name}.${wanted.format}"`,
    'inpigritas-height': String(wanted.height),
    vary: 'accept-encoding',
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    ...(request.method === 'HEAD' || request.httpVersion === '1.0' ? {} : { trailer: TRAILERS }),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  response.flushHeaders()
  const options = { objectMode: false, highWaterMark: BUFFER_BYTES }
  const body = Readable.from(bodyOf(wanted, response, pay), options)
  if (isGzip) await pipeline(body, createGzip(), response, { signal })
  else await pipeline(body, response, { signal })
}

/** The bytes of an export. Its count and digest follow as trailers of HTTP and, in NDJSON, as the last line. */
async function* bodyOf(wanted: ExportRequest, response: ServerResponse, pay: Pay): AsyncGenerator<Buffer> {
  const { list, format, height, after = -1, first } = wanted
  const digest = createHash('sha256')
  let count = 0
  const sent = (text: string) => {
    const bytes = Buffer.from(text)
    digest.update(bytes)
    return bytes
  }
  const line =
    format === 'csv' ? (row: ExportRow) => csvLine(list.columns, row) : (row: ExportRow) => ndjsonLine(row)
  // What continues a file has no second header.
  if (format === 'csv' && wanted.after === undefined) yield sent(csvHeader(list.columns))
  let reached = { after, complete: after + 1 >= list.end }
  for await (const page of exportPages(list, { after, first })) {
    // Not a plain return, which would look like the end of the list.
    if (!(await pay(page.rows.length))) throw new Error('the export ended while it waited for its budget')
    reached = page
    count += page.rows.length
    if (page.rows.length > 0) yield sent(page.rows.map(line).join(''))
  }
  const { complete } = reached
  const end: ExportEnd = { count, sha256: digest.digest('hex'), height, after: reached.after, complete }
  response.addTrailers({
    'inpigritas-count': String(count),
    'inpigritas-sha256': end.sha256,
    'inpigritas-after': String(end.after),
    'inpigritas-complete': String(complete),
  })
  if (format === 'ndjson') yield Buffer.from(ndjsonEnd(end))
}

const forwardedFor = ({ headers }: IncomingMessage) => headers['x-forwarded-for']?.toString()

/** True if a header `Accept-Encoding` allows gzip. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(^|[\s,])(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9])\d*)?\s*(,|$)/i.test(String(header ?? ''))
}

function allowOrigin({ corsOrigins }: ApiServices, { headers }: IncomingMessage, response: ServerResponse) {
  const { origin } = headers
  if (origin === undefined || !originAllowed(origin, undefined, corsOrigins)) return
  response.setHeader('access-control-allow-origin', corsOrigins.includes('*') ? '*' : origin)
  response.setHeader('access-control-expose-headers', 'inpigritas-height')
}

/** Answers an error; if rows were sent already, cuts the connection, so that no client takes what it has for the whole. */
function refuse({ log }: ApiServices, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    if (!response.destroyed) log.warn({ err: error }, 'an export was cut off')
    response.destroy()
    return
  }
  const { message, extensions } = maskError(error, log)
  const { code, data = {} } = extensions as { code: string; data?: object }
  const status = statusOf(error, code, data)
  if (status === 429) response.setHeader('retry-after', RETRY_AFTER_S)
  answer(response, status, { code, message, data })
}

function statusOf(error: unknown, code: string, data: object): number {
  if (code === 'TOO_MANY_REQUESTS') return 429
  if (code === 'NOT_FOUND') return 404
  if (error instanceof RejectionError) return 400
  return statusOfFailure(data)
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
