import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** A network between a client and its database. */
export interface TestProxy {
  /** URL of the database through the proxy. */
  url: string
  /** Connections that were taken so far. */
  readonly taken: number
  /** From now on nothing passes in either direction, and nobody is told: new connections are taken and never answered. */
  vanish(): void
  /** New connections are refused, those that are open pass on. For good. */
  refuse(): void
  /** New connections pass again. Those from before do not. */
  comeBack(): void
  close(): Promise<void>
}

/** Starts a TCP proxy in front of a database whose URL names the folder of a Unix socket. */
export async function proxyTo(target: string): Promise<TestProxy> {
  const to = new URL(target)
  const path = join(to.searchParams.get('host')!, `.s.PGSQL.${to.port}`)
  const sockets = new Set<Socket>()
  let isGone = false
  let taken = 0
  const server = createServer((client) => {
    taken += 1
    sockets.add(client)
    client.on('error', () => {})
    if (isGone) return
    const database = connect(path)
    sockets.add(database)
    database.on('error', () => {})
    client.pipe(database).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `postgres://${to.username}@127.0.0.1:${port}${to.pathname}`,
    get taken() {
      return taken
    },
    vanish() {
      isGone = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    refuse() {
      server.close()
    },
    comeBack() {
      isGone = false
    },
    async close() {
      const closed = once(server, 'close')
      for (const socket of sockets) socket.destroy()
      server.close()
      await closed
    },
  }
}
