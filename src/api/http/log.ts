import type { IncomingMessage, ServerResponse } from 'node:http'
import { utf8 } from '../../codec/bytes.ts'
import { clientName } from '../../http/client-address.ts'
import { oneAtATime } from '../../http/shared-answer.ts'
import { parseCheckpoint } from '../../log/checkpoint.ts'
import { parseNote } from '../../log/note.ts'
import { type EntryTile, encodeEntries, encodeTile, parseTilePath } from '../../log/tiles.ts'
import type { Database } from '../../storage/database.ts'
import { readLogEntries, readLogTile } from '../../storage/log.ts'
import type { HeightFeed } from '../live/height-feed.ts'
import type { ApiServices } from '../request/services.ts'
import { closedSignal } from './closed-signal.ts'
import { EXPORT_COST } from './export.ts'
import { failureAnswer } from './failure.ts'
import { type Refusal, refusalBody, refusalOfStatus } from './refusal.ts'

const PREFIX = '/tile/'
const CHECKPOINT_PATH = '/checkpoint'
/** A tile never changes, but one that is not there yet may come. */
const CACHED = 'public, max-age=31536000, immutable'
const NOT_CACHED = 'no-store'

/**
 * `GET /tile/...` and `GET /checkpoint`: the log of headers by C2SP tlog-tiles, and its newest checkpoint of a quorum. A tile is at most 256 headers, and
 * costs its client as much as a page of so many rows. Tiles are read in turns with exports; the node is asked once at a time. PROTOCOL.md, "Log of headers" and "Checkpoints".
 * @returns a handler that returns false if the request is for another one
 */
export function logHandler(
  services: ApiServices,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const checkpoint = oneAtATime(() => services.control.checkpoint())
  const database = services.heavyStatements.bound(services.database)
  const read = (wanted: EntryTile | 'checkpoint') =>
    wanted === 'checkpoint' ? readCheckpoint(checkpoint, services.heights) : readTile(database, wanted)
  return (request, response) => {
    if (!request.url?.startsWith(PREFIX) && !isCheckpoint(request)) return false
    serve(services, read, request, response).catch((error) => {
      const { status, body } = failureAnswer(error, services.log)
      answer(response, status, body)
    })
    return true
  }
}

async function serve(
  services: ApiServices,
  read: (wanted: EntryTile | 'checkpoint') => Promise<Uint8Array | undefined>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return answerRefusal(response, refusalOfStatus(405))
  }
  const isNote = isCheckpoint(request)
  const wanted = isNote ? 'checkpoint' : parseTilePath(request.url!.slice(PREFIX.length))
  if (wanted === undefined) return answerRefusal(response, refusalOfStatus(404))
  const forwarded = request.headers['x-forwarded-for']?.toString()
  const name = clientName(request.socket.remoteAddress, forwarded, services.proxies)
  const rows = wanted === 'checkpoint' ? 1 : wanted.tile.width
  const cost = EXPORT_COST.page + rows * EXPORT_COST.row
  if (!(await services.clients.of(name).pay(cost, closedSignal(response)))) return
  const found = await read(wanted)
  if (found === undefined) return answerRefusal(response, refusalOfStatus(404))
  const headers = {
    'content-type': isNote ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    'content-length': found.length,
    'cache-control': isNote ? NOT_CACHED : CACHED,
    'access-control-allow-origin': '*',
  }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : found)
}

const isCheckpoint = ({ url }: IncomingMessage) => url === CHECKPOINT_PATH

/**
 * The node's newest checkpoint of a quorum, as a signed note; undefined while there is none, or while this api does not have all of its headers yet.
 * @throws Failure NODE_UNREACHABLE
 */
async function readCheckpoint(
  checkpoint: () => Promise<string | null>,
  heights: HeightFeed,
): Promise<Uint8Array | undefined> {
  const note = await checkpoint()
  if (note === null) return undefined
  const { size } = parseCheckpoint(parseNote(note).text)
  return size <= heights.current + 1 ? utf8(note) : undefined
}

/** The bytes of a tile, or of the entries below it; undefined if the chain is not that long. */
async function readTile(database: Database, { tile, entries }: EntryTile): Promise<Uint8Array | undefined> {
  const parts = await (entries ? readLogEntries(database, tile) : readLogTile(database, tile))
  if (parts.length < tile.width) return undefined
  return entries ? encodeEntries(parts) : encodeTile(parts)
}

function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  answer(response, refusal.status, refusalBody(refusal))
}

function answer(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const headers = { 'content-type': 'application/json', 'cache-control': NOT_CACHED }
  response.writeHead(status, headers).end(body)
}
