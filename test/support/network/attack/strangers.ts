import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { tlsIdentity } from '../../../../src/network/transport-certificate.ts'

const TICK_MS = 100
/** Connections per node and tick: more than all strangers together may open. */
const PER_TICK = 6
const ADDRESSES = 20
const KEYS = 8
/** How long a stranger that says nothing stays, at most. */
const STAY_MS = 3_000

/** Those who have no key that a node knows: they connect from many addresses, and some say nothing, others garbage, others begin handshakes. */
export async function runStrangers(ports: readonly number[], signal: AbortSignal): Promise<void> {
  const identities = Array.from({ length: KEYS }, () => tlsIdentity(new Uint8Array(randomBytes(32))))
  const open = new Set<net.Socket>()
  for (let n = 0; !signal.aborted; n++) {
    for (const port of ports) {
      for (let i = 0; i < PER_TICK; i++) {
        const localAddress = `127.0.2.${1 + ((n * PER_TICK + i) % ADDRESSES)}`
        const address = { host: '127.0.0.1', port, localAddress }
        const isTls = i >= 2
        const socket: net.Socket = isTls
          ? tls.connect({ ...identities[n % KEYS]!, ...address, rejectUnauthorized: false })
          : net.connect(address)
        open.add(socket)
        socket.on('error', () => socket.destroy())
        socket.once('close', () => open.delete(socket))
        socket.resume()
        if (i === 0) socket.write(randomBytes(500))
        setTimeout(() => socket.destroy(), STAY_MS).unref()
      }
    }
    await sleep(TICK_MS)
  }
  for (const socket of open) socket.destroy()
}
