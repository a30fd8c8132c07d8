import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import tls, { type TLSSocket } from 'node:tls'
import { bytesToHex, concatBytes } from '../../../../src/codec/bytes.ts'
import { DecodeError } from '../../../../src/codec/error.ts'
import { FrameReader, framesOf } from '../../../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  PEER_VERSION,
  type PeerLimits,
  type PeerStatus,
} from '../../../../src/network/peer-messages.ts'
import { type TlsIdentity, tlsIdentity } from '../../../../src/network/transport-certificate.ts'
import type { WireAct } from './wire-acts.ts'

const TICK_MS = 50
/** Pause before it dials again. */
const REDIAL_MS = 100
/** A dial that takes longer is given up. */
const DIAL_MS = 5_000
/** While so much waits in its socket, it sends nothing more: then the node does not read. */
const MAX_UNSENT_BYTES = 1024 * 1024
const PING = 1

/** A peer that attacks one node over a connection of its own, with a key that the node knows. */
export interface HostilePeerOptions {
  /** Port of the node on this machine. */
  port: number
  /** Seed of its transport key, 32 bytes. */
  key: Uint8Array
  /** Address that it comes from. */
  from: string
  limits: PeerLimits
  chainId: bigint
  /** What it does at the moment. */
  act(): WireAct
}

/** Connects, attacks, and connects again when the node has hung up, until `signal` aborts. It counts nothing on errors: being thrown out is its trade. */
export async function runHostilePeer(options: HostilePeerOptions, signal: AbortSignal): Promise<void> {
  const identity = tlsIdentity(options.key)
  while (!signal.aborted) {
    const socket = await dial(options, identity)
    if (socket !== undefined) await attack(socket, options, signal)
    await sleep(REDIAL_MS)
  }
}

function dial({ port, from }: HostilePeerOptions, identity: TlsIdentity): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, localAddress: from, rejectUnauthorized: false }
    const socket = tls.connect({ ...identity, ...options })
    socket.setTimeout(DIAL_MS, () => socket.destroy())
    socket.once('secureConnect', () => resolve(socket.setTimeout(0)))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => resolve(undefined))
  })
}

/** Resolves once the connection has ended, or its act is another one that needs a new connection. */
async function attack(
  socket: TLSSocket,
  { act, limits, chainId }: HostilePeerOptions,
  signal: AbortSignal,
): Promise<void> {
  const heard = listen(socket, limits)
  const instance = bytesToHex(randomBytes(16))
  const hello = { version: PEER_VERSION, chainId, instance, clockMs: Date.now(), software: 'attack' }
  const first = encodePeerMessage({ type: 'hello', ...hello, status: null }, limits)
  for (const frame of framesOf(first, 'urgent')) socket.write(frame)
  let done: WireAct | undefined
  while (!socket.destroyed && !signal.aborted) {
    const now = act()
    // A half message spoils the connection for all other acts.
    if (done !== undefined && done !== now) break
    if (now.isDeaf) socket.pause()
    else socket.resume()
    if (done === undefined && socket.writableLength < MAX_UNSENT_BYTES) {
      // In one piece: a record of TLS for each message would cost the attacker more than the node.
      socket.write(concatBytes(...now.bytes({ limits, status: heard.status })))
      if (now.once) done = now
    }
    if (now.hangsUp) break
    await sleep(TICK_MS)
  }
  socket.destroy()
}

/** Takes in the statuses that the node sends, and throws everything else away. */
function listen(socket: TLSSocket, limits: PeerLimits): { status: PeerStatus | null } {
  const heard: { status: PeerStatus | null } = { status: null }
  const reader = new FrameReader(laneCaps(limits))
  socket.on('data', (chunk) => {
    try {
      for (const { message } of reader.push(chunk)) {
        if (message[0] !== PING) continue
        const ping = decodePeerMessage(message, limits)
        if (ping.type === 'ping') heard.status = ping.status ?? heard.status
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      socket.destroy()
    }
  })
  return heard
}
