import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A network between pages and a server, which can be cut in several ways while the server goes on. The server sees the proxy's address as its own host, as
 * browsers send it.
 */
export class StoppableProxy {
  readonly url: string
  readonly #target: URL
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #isGone = false

  private constructor(server: Server, target: URL) {
    this.#server = server
    this.#target = target
    this.#port = (server.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${this.#port}`
    server.on('connection', (socket) => this.#take(socket))
  }

  /** @param target URL of the server behind it */
  static async start(target: string): Promise<StoppableProxy> {
    return new StoppableProxy(await listening(0), new URL(target))
  }

  /** Ends all connections. New ones pass. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  /** From now on nothing passes in either direction, and nobody is told: new connections are taken and never answered. */
  vanish(): void {
    this.#isGone = true
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** Ends all connections, and refuses new ones. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  /** Takes connections again, at the same URL, after `stop`. */
  async comeBack(): Promise<void> {
    this.#isGone = false
    this.#server = await listening(this.#port)
    this.#server.on('connection', (socket) => this.#take(socket))
  }

  #take(client: Socket): void {
    this.#add(client)
    if (this.#isGone) return
    const server = connect(Number(this.#target.port), this.#target.hostname)
    this.#add(server)
    client.pipe(server).pipe(client)
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
