import { once } from 'node:events'
import { connect } from 'node:net'

/** A response as it came over the wire. */
export interface RawResponse {
  /** 0 if the connection was closed without a response. */
  status: number
  headers: Map<string, string>
  /** Everything after the headers, chunk sizes included. */
  body: string
}

/** The bytes of a request whose connection ends with it. `headers` override the defaults; null leaves one out. */
export function rawRequest(
  method: string,
  target: string,
  headers: Record<string, string | null> = {},
  body: string | Uint8Array = '',
): Buffer {
  const given = {
    host: 'api',
    connection: 'close',
    ...(body.length > 0 ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...headers,
  }
  const lines = Object.entries(given).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}\r\n`],
  )
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

/**
 * Writes bytes to a server, and reads all of what comes until the server closes or `until` occurs in it.
 * @param localAddress address to connect from
 */
export async function exchange(
  url: string,
  bytes: Uint8Array | string,
  until?: string,
  localAddress?: string,
): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({
    host: hostname,
    port: Number(port),
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (part) => {
    text += part.toString('latin1')
    if (until !== undefined && text.includes(until)) socket.destroy()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return text
}

/** The first response in what a server sent. */
export function parseResponse(text: string): RawResponse {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [line = '', ...fields] = head.split('\r\n')
  const headers = new Map<string, string>()
  for (const field of fields) {
    const colon = field.indexOf(':')
    headers.set(field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim())
  }
  return { status: Number(line.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') }
}
