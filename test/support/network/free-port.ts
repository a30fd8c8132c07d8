import { createServer, type Server } from 'node:net'

/** Ports of a place: those of a network's apis, and as many 100 above, on which its nodes listen for peers. */
const WIDTH = 16
/** Places there are: six in each 200 ports, from 10,000 on and below those that systems use for outgoing connections. */
export const PLACES = 600
const TRIES = 1_000
/** Listeners that keep this process's places from others, until it ends. */
const reserved: Server[] = []

/** The first port of a place. */
export function portOf(place: number): number {
  return 10_000 + 200 * Math.floor(place / 6) + WIDTH * (place % 6)
}

/**
 * A free port, for this process alone until it ends, whether somebody listens on it or not: the last port of its place, on which nothing else listens,
 * is kept. The 14 ports after it and the 15 from 100 above it are its as well.
 * @param choose a place to try next
 */
export async function freePort(choose = () => Math.floor(PLACES * Math.random())): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = portOf(choose())
    const reservation = await listenOn(port + WIDTH - 1)
    if (reservation === undefined) continue
    const probe = await listenOn(port)
    probe?.close()
    if (probe === undefined) reservation.close()
    else {
      reserved.push(reservation.unref())
      return port
    }
  }
  throw new Error('no port is free')
}

/** Listens on a port of this machine. @returns undefined if it is taken */
export function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
