import { constants } from 'node:crypto'
import net, { type Socket } from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { bytesToHex } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { Handshakes } from './handshakes.ts'
import type { Address } from './peers-file.ts'
import type { ListenHandlers, Listening, Transport } from './transport.ts'
import { certifiedKey, type TlsIdentity, tlsIdentity } from './transport-certificate.ts'

/** Bound on the time for a TLS handshake, and again on that for the hello after it. */
export const HANDSHAKE_MS = 5_000

/** Both sides must show a certificate. Only its key is checked (`keyOf`), so no authority is needed; sessions are not resumed. */
function options(identity: TlsIdentity): tls.SecureContextOptions & tls.CommonConnectionOptions {
  return {
    ...identity,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
    requestCert: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
}

/** Connections over TLS 1.3, in which this side shows the key of the seed (32 bytes). */
export function tlsTransport(seed: Uint8Array): Transport {
  const identity = tlsIdentity(seed)
  return {
    listen: (address, handlers) => listenTls(address, identity, handlers),
    dial: (address, key) => dialTls(address, identity, key),
  }
}

/** As Transport's `listen`. */
async function listenTls(
  { host, port }: Address,
  identity: TlsIdentity,
  handlers: ListenHandlers,
): Promise<Listening> {
  const server = net.createServer()
  const secure = tls.createServer({ ...options(identity), handshakeTimeout: HANDSHAKE_MS })
  const sockets = new Set<Socket>()
  /** Sockets by both ends: a TLS socket does not say which socket it runs over. */
  const byEnds = new Map<string, Socket>()
  const handshakes = new Handshakes<Socket>((socket) => socket.destroy())
  server.on('connection', (socket) => {
    const ends = endsOf(socket)
    socket.on('error', () => socket.destroy())
    if (!handshakes.enter(socket, socket.remoteAddress ?? '', performance.now())) {
      socket.destroy()
      return handlers.onStranger()
    }
    sockets.add(socket)
    byEnds.set(ends, socket)
    socket.once('close', () => {
      handshakes.leave(socket)
      sockets.delete(socket)
      byEnds.delete(ends)
    })
    secure.emit('connection', socket)
  })
  secure.on('tlsClientError', (_error, socket) => {
    // After a handshake timeout the socket is still open.
    socket.destroy()
    handlers.onStranger()
  })
  secure.on('secureConnection', (socket) => {
    const raw = byEnds.get(endsOf(socket))
    if (raw !== undefined) handshakes.leave(raw)
    prepare(socket)
    const key = keyOf(socket)
    if (key !== undefined && handlers.isKnown(key)) {
      handshakes.proven(key, socket.remoteAddress ?? '')
      return handlers.onPeer(socket, key)
    }
    socket.destroy()
    handlers.onStranger()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      reject(
        new Failure(
          isTaken ? 'PORT_TAKEN' : 'LISTEN_FAILED',
          `port ${port} on ${host} for peers ${isTaken ? 'is taken' : `cannot be opened (${cause.code})`}`,
          { hint: 'choose another port in peers.json, or stop the program that uses this one', cause },
        ),
      )
    })
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** As Transport's `dial`. */
function dialTls({ host, port }: Address, identity: TlsIdentity, key: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ ...options(identity), host, port })
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`no handshake within ${HANDSHAKE_MS} ms`)), HANDSHAKE_MS)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      if (keyOf(socket) === key) resolve(prepare(socket))
      else fail(new Error('the peer has another key than the pinned one'))
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      fail(error)
    })
  })
}

/** Votes are small and must not wait for more bytes; an error ends a socket. */
function prepare(socket: TLSSocket): TLSSocket {
  socket.setNoDelay(true)
  return socket.on('error', () => socket.destroy())
}

function keyOf(socket: TLSSocket): string | undefined {
  const key = certifiedKey(socket.getPeerX509Certificate())
  return key && bytesToHex(key)
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
