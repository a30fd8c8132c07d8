import { createHash } from 'node:crypto'
import http from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

/** A complete answer to a request for an export. */
export interface Exported {
  status: number
  headers: http.IncomingHttpHeaders
  trailers: NodeJS.Dict<string>
  /** The body after decompression. */
  body: string
}

/** Sends a request and resolves with the response before its body is read. */
export function openExport(url: string, options: http.RequestOptions = {}): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    http.get(url, { agent: false, ...options }, resolve).on('error', reject)
  })
}

/** Downloads an export. Rejects if the server cuts it off. */
export async function getExport(url: string, headers: http.OutgoingHttpHeaders = {}): Promise<Exported> {
  const response = await openExport(url, { headers })
  const bytes = await buffer(response)
  const body = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
  return { status: response.statusCode!, headers: response.headers, trailers: response.trailers, body }
}

/** The rows of an NDJSON export and what its last line says. */
export function rowsOf(body: string): {
  rows: Record<string, string>[]
  end: { count: string; sha256: string; height: string; after: string; complete: boolean }
} {
  const lines = body.trimEnd().split('\n')
  const { end } = JSON.parse(lines.pop()!)
  return { rows: lines.map((line) => JSON.parse(line)), end }
}

export const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
