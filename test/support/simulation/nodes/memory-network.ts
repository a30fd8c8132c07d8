import { concatBytes } from '../../../../src/codec/bytes.ts'
import type { Address } from '../../../../src/network/peers-file.ts'
import type { ListenHandlers, Transport, Wire } from '../../../../src/network/transport.ts'
import type { Random } from '../random.ts'
import type { Schedule } from '../schedule.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** How often a direction that is cut is tried again: bytes of a stream are late, never lost. */
const RETRY_MS = 250

/** One life of a node, as the network knows it. */
export interface Endpoint {
  id: number
  /** Public transport key, hex. */
  key: string
  clock: VirtualClock
  /** Called after its code has run. */
  onRun(): void
}

/** What the simulation decides about the network. */
export interface NetworkFaults {
  delayMs(): number
  isCut(from: number, to: number): boolean
}

/** Streams between the nodes of a simulation: in order, late at random, and broken by crashes. */
export class MemoryNetwork {
  readonly schedule: Schedule
  readonly random: Random
  readonly faults: NetworkFaults
  readonly #listeners = new Map<number, { endpoint: Endpoint; handlers: ListenHandlers }>()
  readonly #wires = new Set<MemoryWire>()

  constructor(schedule: Schedule, random: Random, faults: NetworkFaults) {
    this.schedule = schedule
    this.random = random
    this.faults = faults
  }

  /** The way of one life into the network. */
  transport(self: Endpoint): Transport {
    return {
      listen: async ({ port }, handlers) => {
        this.#listeners.set(port, { endpoint: self, handlers })
        return { port, stop: async () => void this.#listeners.delete(port) }
      },
      dial: (address, key) => this.#dial(self, address, key),
    }
  }

  /** A node crashes: its listener and its wires end at once. If `silently`, as after a loss of power, nobody is told. */
  crash({ clock }: Endpoint, silently: boolean): void {
    for (const [port, { endpoint }] of this.#listeners)
      if (endpoint.clock === clock) this.#listeners.delete(port)
    for (const wire of this.#wires) {
      if (wire.owner.clock !== clock) continue
      this.#wires.delete(wire)
      if (!silently) wire.hangUp()
    }
  }

  #dial(self: Endpoint, { port }: Address, key: string): Promise<Wire> {
    return new Promise((resolve, reject) => {
      this.schedule.after(2 * this.faults.delayMs(), () => {
        if (!self.clock.isAlive) return
        const listener = this.#listeners.get(port)
        const { isCut } = this.faults
        const refused =
          listener === undefined ||
          !listener.endpoint.clock.isAlive ||
          isCut(self.id, listener.endpoint.id) ||
          isCut(listener.endpoint.id, self.id)
        if (refused || listener.endpoint.key !== key) reject(new Error('refused'))
        else if (listener.handlers.isKnown(self.key)) {
          const [near, far] = this.#connect(self, listener.endpoint)
          listener.handlers.onPeer(far, self.key)
          listener.endpoint.onRun()
          resolve(near)
        } else {
          listener.handlers.onStranger()
          reject(new Error('refused'))
        }
        self.onRun()
      })
    })
  }

  #connect(a: Endpoint, b: Endpoint): [MemoryWire, MemoryWire] {
    const [near, far] = [new MemoryWire(this, a), new MemoryWire(this, b)]
    near.other = far
    far.other = near
    this.#wires.add(near).add(far)
    return [near, far]
  }

  forget(wire: MemoryWire): void {
    this.#wires.delete(wire)
  }
}

interface Batch {
  madeMs: number
  atMs: number
  chunks: Uint8Array[]
}

/** One end of a stream. */
class MemoryWire implements Wire {
  readonly owner: Endpoint
  other!: MemoryWire
  destroyed = false
  writableLength = 0
  readonly #network: MemoryNetwork
  readonly #onData: ((chunk: Uint8Array) => void)[] = []
  readonly #onDrain: (() => void)[] = []
  readonly #onClose: (() => void)[] = []
  /** Bytes on their way to the other end. */
  readonly #flying: Batch[] = []
  /** Bytes that arrived here while nobody reads. */
  #unread: Uint8Array[] = []
  #isPaused = false
  #isPumping = false
  #isHangingUp = false

  constructor(network: MemoryNetwork, owner: Endpoint) {
    this.#network = network
    this.owner = owner
  }

  on(event: 'data' | 'drain' | 'close', listener: (chunk: Uint8Array) => void): void {
    if (event === 'data') this.#onData.push(listener)
    else (event === 'drain' ? this.#onDrain : this.#onClose).push(listener as () => void)
  }

  write(bytes: Uint8Array): void {
    if (this.destroyed || !this.owner.clock.isAlive) return
    const { schedule, faults } = this.#network
    this.writableLength += bytes.length
    const last = this.#flying.at(-1)
    if (last?.madeMs === schedule.nowMs) last.chunks.push(bytes)
    else {
      const atMs = Math.max(last?.atMs ?? 0, schedule.nowMs + faults.delayMs())
      this.#flying.push({ madeMs: schedule.nowMs, atMs, chunks: [bytes] })
    }
    this.#pump()
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.#network.forget(this)
    this.owner.clock.soon(() => {
      for (const listener of this.#onClose) listener()
    })
    this.hangUp()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    const unread = this.#unread
    this.#unread = []
    for (const chunk of unread) this.#receive(chunk)
  }

  /** Lets the other end close once it has what is on its way. */
  hangUp(): void {
    this.#isHangingUp = true
    this.#pump()
  }

  #pump(): void {
    if (this.#isPumping) return
    const { schedule, faults } = this.#network
    const atMs = this.#flying[0]?.atMs ?? schedule.nowMs + faults.delayMs()
    this.#isPumping = true
    schedule.after(Math.max(0, atMs - schedule.nowMs), () => this.#deliver())
  }

  #deliver(): void {
    this.#isPumping = false
    const { schedule, faults } = this.#network
    const { other } = this
    if (!other.owner.clock.isAlive) return
    if (faults.isCut(this.owner.id, other.owner.id)) {
      this.#isPumping = true
      schedule.after(RETRY_MS, () => this.#deliver())
      return
    }
    const batch = this.#flying.shift()
    if (batch !== undefined) {
      const bytes = concatBytes(...batch.chunks)
      other.#receive(bytes)
      other.owner.onRun()
      this.writableLength -= bytes.length
      if (this.writableLength === 0 && !this.destroyed && this.owner.clock.isAlive) {
        for (const listener of this.#onDrain) listener()
        this.owner.onRun()
      }
    }
    if (this.#flying.length > 0) this.#pump()
    else if (this.#isHangingUp && !other.destroyed) {
      other.destroyed = true
      this.#network.forget(other)
      for (const listener of other.#onClose) listener()
      other.owner.onRun()
    }
  }

  /** Streams know no borders of messages: some chunks arrive in two parts. */
  #receive(chunk: Uint8Array): void {
    if (this.destroyed) return
    if (this.#isPaused) {
      this.#unread.push(chunk)
      return
    }
    const cut = this.#network.random.chance(0.05) ? this.#network.random.below(chunk.length) : 0
    const parts = cut === 0 ? [chunk] : [chunk.subarray(0, cut), chunk.subarray(cut)]
    for (const part of parts) if (!this.destroyed) for (const listener of this.#onData) listener(part)
  }
}
