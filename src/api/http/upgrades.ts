import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import type { Client } from '../budget/clients.ts'
import { ROUTE_COST } from '../limits.ts'
import { refusalOf, refuseSocket } from './listener.ts'
import { type Refusal, refuse } from './refusal.ts'

/** Upgrades the requests that `check` does not refuse, as soon as they are paid for. Whoever is refused learns the code, if it can pay for that. */
export function acceptUpgrades(
  server: Server,
  sockets: WebSocketServer,
  check: (request: IncomingMessage) => Refusal | undefined,
  accountOf: (request: IncomingMessage) => Client,
): void {
  const refuseIfPaid = (request: IncomingMessage, socket: Duplex, refusal: Refusal) =>
    accountOf(request).take(ROUTE_COST) === 0 ? refuseSocket(socket, refusal) : socket.destroy()
  server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request) ?? check(request)
    if (refusal) return refuseIfPaid(request, socket, refusal)
    const gone = new AbortController()
    const leave = () => gone.abort()
    socket.once('error', leave).once('close', leave)
    if (!(await accountOf(request).pay(ROUTE_COST, gone.signal))) return
    socket.off('error', leave).off('close', leave)
    // Others may have come meanwhile.
    const later = check(request)
    if (later) return refuseSocket(socket, later)
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      sockets.emit('connection', webSocket, request),
    )
  })
  sockets.on('wsClientError', (error: Error, socket: Duplex) =>
    refuseSocket(socket, refuse(400, 'BAD_REQUEST', error.message)),
  )
}
