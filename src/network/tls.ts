import { constants } from 'node:crypto'
import tls, { type TLSSocket } from 'node:tls'
import { bytesToHex } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import type { Address } from './peers-file.ts'
import { certifiedKey, type TlsIdentity } from './transport-certificate.ts'

/** Longest time for a TLS handshake, and again for the hello behind it. */
export const HANDSHAKE_MS = 5_000
/** Connections whose peer is not known yet; beyond it the oldest goes, so that new ones get their turn. */
const MAX_STRANGERS = 32

/** Both sides show a certificate; which key is in it is all that counts, and nothing is resumed. */
function options(identity: TlsIdentity): tls.SecureContextOptions & tls.CommonConnectionOptions {
  return {
    ...identity,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
    requestCert: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
}

/** What a listening port does. */
export interface Listening {
  /** The port, chosen by the system where 0 was asked for. */
  port: number
  stop(): Promise<void>
}

/**
 * Listens for peers. `onPeer` gets every socket whose other side has proven an Ed25519 key that `isKnown`; all others are destroyed and counted.
 * @throws Failure PORT_TAKEN, LISTEN_FAILED
 */
export async function listenTls(
  { host, port }: Address,
  identity: TlsIdentity,
  handlers: {
    isKnown(key: string): boolean
    onPeer(socket: TLSSocket, key: string): void
    onStranger(): void
  },
): Promise<Listening> {
  const server = tls.createServer({ ...options(identity), handshakeTimeout: HANDSHAKE_MS })
  const strangers = new Set<{ destroy(): void }>()
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    strangers.add(socket)
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      strangers.delete(socket)
      sockets.delete(socket)
    })
    if (strangers.size <= MAX_STRANGERS) return
    const [oldest] = strangers
    strangers.delete(oldest!)
    oldest!.destroy()
  })
  server.on('tlsClientError', (_error, socket) => {
    // A handshake that takes too long leaves its socket open.
    socket.destroy()
    handlers.onStranger()
  })
  server.on('secureConnection', (socket) => {
    // The raw socket below it was counted as a stranger until now.
    for (const raw of strangers) if (isBelow(raw, socket)) strangers.delete(raw)
    socket.on('error', () => socket.destroy())
    const key = keyOf(socket)
    if (key !== undefined && handlers.isKnown(key)) return handlers.onPeer(socket, key)
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
          { hint: 'choose another in peers.json, or stop what uses it', cause },
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

/** Dials a peer; resolves once it has proven the key expected, rejects otherwise. */
export function dialTls({ host, port }: Address, identity: TlsIdentity, key: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ ...options(identity), host, port })
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error('no answer')), HANDSHAKE_MS)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      if (keyOf(socket) === key) resolve(socket)
      else fail(new Error('it shows another key than the one pinned'))
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      fail(error)
    })
  })
}

function keyOf(socket: TLSSocket): string | undefined {
  const key = certifiedKey(socket.getPeerX509Certificate())
  return key && bytesToHex(key)
}

function isBelow(raw: object, socket: TLSSocket): boolean {
  const { remotePort, remoteAddress } = raw as TLSSocket
  return socket.remotePort === remotePort && socket.remoteAddress === remoteAddress
}
