import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server in front of another one, which can be stopped while the other goes on: to pages that came from it, the network is gone then. */
export class StoppableProxy {
  readonly url: string
  readonly #server: http.Server

  private constructor(server: http.Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** @param target URL of the server behind it */
  static async start(target: string): Promise<StoppableProxy> {
    const { host, hostname, port } = new URL(target)
    const server = http.createServer((request, response) => {
      const { method, headers, url: path } = request
      // The other server takes requests of pages that came from itself.
      const own = { ...headers, host, ...(headers.origin === undefined ? {} : { origin: `http://${host}` }) }
      const forwarded = http.request({ hostname, port, method, path, headers: own }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(response)
      })
      forwarded.on('error', () => response.destroy())
      request.pipe(forwarded)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new StoppableProxy(server)
  }

  /** Stops it at once. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}
