import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a liar does instead of passing on what is true. */
export interface Lies {
  /** Answers an operation, by its name, given the answer of the server behind; what it does not name is passed on. */
  answers?: Readonly<Record<string, (honest: string, response: ServerResponse) => void>>
  /** Answers all operations that `answers` does not name. */
  answer?: (honest: string, response: ServerResponse) => void
  /** Answers a path of the page, given what the server behind has there. */
  paths?: Readonly<Record<string, (honest: string, response: ServerResponse) => void>>
  /** Speaks to a WebSocket; without, it is passed on. */
  socket?: (socket: WebSocket) => void
}

/** Ends a response with this text. */
export const saying = (text: string) => (_honest: string, response: ServerResponse) => void response.end(text)

/** An api that lies: it has the page and the chain of another one, and answers as it is told. */
export class LyingProxy {
  readonly url: string
  lies: Lies = {}
  readonly #server: http.Server
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  readonly #upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' })

  private constructor(server: http.Server, target: string) {
    this.#server = server
    this.#target = new URL(target)
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('upgrade', (request, socket: Socket, head) => this.#upgrade(request, socket, head))
  }

  /** @param target URL of the honest api behind it */
  static async start(target: string): Promise<LyingProxy> {
    const server = http.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new LyingProxy(server, target)
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request)
    const isOperation = request.method === 'POST' && request.url === '/graphql'
    const lie = isOperation ? this.#lieFor(String(body)) : this.lies.paths?.[request.url!]
    const headers = { ...request.headers, ...(lie && { 'accept-encoding': 'identity' }) }
    const { hostname, port } = this.#target
    const behind = http.request({ hostname, port, path: request.url, method: request.method, headers })
    behind.on('error', () => response.destroy())
    behind.on('response', async (honest) => {
      if (lie === undefined) {
        response.writeHead(honest.statusCode!, honest.headers)
        honest.pipe(response)
      } else {
        response.setHeader('content-type', isOperation ? 'application/json' : 'text/html')
        lie(String(await bytesOf(honest)), response)
      }
    })
    behind.end(body)
  }

  #lieFor(body: string) {
    const { answers = {}, answer } = this.lies
    const name = /(?:query|mutation) (\w+)/.exec((JSON.parse(body) as { query: string }).query)?.[1] ?? ''
    return answers[name] ?? answer
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#add(socket)
    const { socket: lie } = this.lies
    if (lie !== undefined) {
      this.#upgrades.handleUpgrade(request, socket, head, lie)
      return
    }
    const server = connect(Number(this.#target.port), this.#target.hostname)
    this.#add(server)
    const lines = request.rawHeaders.map((text, i) => text + (i % 2 === 0 ? ': ' : '\r\n')).join('')
    server.write(`GET ${request.url} HTTP/1.1\r\n${lines}\r\n`)
    socket.pipe(server).pipe(socket)
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
