import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What a server begins its answers with, and goes on with until its client leaves. */
export interface EndlessAnswer {
  status?: number
  headers?: Record<string, string>
  begin?: string
  /** The next part, not empty; undefined ends the answer. Default: the letter x, 64 KiB of them. */
  next?: (i: number) => string | undefined
  /** The answer stops after its beginning, and does not end. */
  isSilent?: boolean
}

/** A server that lies: it answers every request alike, for as long as it is listened to. */
export interface EndlessServer {
  /** Ends with a slash. */
  url: string
  answer: EndlessAnswer
  /** Requests since this was set to 0. */
  requests: number
  /** Characters that were sent since this was set to 0. */
  sent: number
  close(): void
}

const FILLING = 'x'.repeat(65_536)

export async function serveEndless(): Promise<EndlessServer> {
  const server = http.createServer((request, response) => {
    request.resume()
    endless.requests += 1
    const { status = 200, headers = {}, begin = '', next = () => FILLING, isSilent } = endless.answer
    function* parts() {
      if (begin !== '') yield begin
      for (let i = 0; ; i++) {
        const part = next(i)
        if (part === undefined) return
        endless.sent += part.length
        yield part
      }
    }
    response.writeHead(status, headers)
    if (isSilent) return void response.write(begin)
    pipeline(Readable.from(parts()), response).catch(() => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endless: EndlessServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answer: {},
    requests: 0,
    sent: 0,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return endless
}
