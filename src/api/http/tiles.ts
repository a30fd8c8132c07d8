import type { IncomingMessage, ServerResponse } from 'node:http'
import { type EntryTile, encodeEntries, encodeTile, parseTilePath } from '../../log/tiles.ts'
import { readLogEntries, readLogTile } from '../../storage/log.ts'
import { clientName } from '../budget/client-address.ts'
import type { ApiServices } from '../request/services.ts'
import { closedSignal } from './closed-signal.ts'
import { EXPORT_COST } from './export.ts'
import { type Refusal, refusalBody, refusalOfStatus } from './refusal.ts'

const PREFIX = '/tile/'
/** A tile never changes, but one that is not there yet may come. */
const CACHED = 'public, max-age=31536000, immutable'
const NOT_CACHED = 'no-store'

/**
 * `GET /tile/...`: the log of headers in tiles, by C2SP tlog-tiles. A tile is at most 256 headers, and costs its client as much as a page of so
 * many rows. PROTOCOL.md, "Log of headers".
 * @returns a handler that returns false if the request is for another one
 */
export function tileHandler(
  services: ApiServices,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (!request.url?.startsWith(PREFIX)) return false
    serve(services, request, response).catch((err) => {
      services.log.error({ err, path: request.url }, 'request failed')
      answerRefusal(response, refusalOfStatus(500))
    })
    return true
  }
}

async function serve(
  services: ApiServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return answerRefusal(response, refusalOfStatus(405))
  }
  const wanted = parseTilePath(request.url!.slice(PREFIX.length))
  if (wanted === undefined) return answerRefusal(response, refusalOfStatus(404))
  const forwarded = request.headers['x-forwarded-for']?.toString()
  const name = clientName(request.socket.remoteAddress, forwarded, services.proxies)
  const cost = EXPORT_COST.page + wanted.tile.width * EXPORT_COST.row
  if (!(await services.clients.of(name).pay(cost, closedSignal(response)))) return
  const bytes = await read(services, wanted)
  if (bytes === undefined) return answerRefusal(response, refusalOfStatus(404))
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': CACHED,
    'access-control-allow-origin': '*',
  }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : bytes)
}

/** The bytes of a tile, or of the entries below it; undefined if the chain is not that long. */
async function read(
  { database }: ApiServices,
  { tile, entries }: EntryTile,
): Promise<Uint8Array | undefined> {
  const read = entries ? readLogEntries(database, tile) : readLogTile(database, tile)
  const parts = await read
  if (parts.length < tile.width) return undefined
  return entries ? encodeEntries(parts) : encodeTile(parts)
}

function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const headers = { 'content-type': 'application/json', 'cache-control': NOT_CACHED }
  response.writeHead(refusal.status, headers).end(refusalBody(refusal))
}
