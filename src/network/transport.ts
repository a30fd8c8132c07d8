import type { Address } from './peers-file.ts'

/** A stream of bytes to a peer that has proven its key: the part of a TLS socket that a connection uses. */
export interface Wire {
  readonly destroyed: boolean
  /** Bytes written that have not left yet. */
  readonly writableLength: number
  write(bytes: Uint8Array): unknown
  /** Ends the stream in both directions; `close` follows. */
  destroy(): unknown
  /** No bytes are handed out until `resume`. */
  pause(): unknown
  resume(): unknown
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'drain' | 'close', listener: () => void): unknown
}

/** A listening port. */
export interface Listening {
  /** The port; if port 0 was requested, the one that the system chose. */
  port: number
  stop(): Promise<void>
}

/** What becomes of those who connect. */
export interface ListenHandlers {
  isKnown(key: string): boolean
  onPeer(wire: Wire, key: string): void
  onStranger(): void
}

/** How a node meets its peers: TLS between processes, memory in a simulation. Keys are Ed25519, hex, proven by the other side. */
export interface Transport {
  /**
   * Listens for peers. `onPeer` gets every wire whose other side has proven that it has a key that `isKnown`. Others are destroyed, with a call of
   * `onStranger` unless they were closed before they had proven a key.
   * @throws Failure PORT_TAKEN, LISTEN_FAILED
   */
  listen(address: Address, handlers: ListenHandlers): Promise<Listening>
  /** Dials a peer. Resolves once the peer has proven that it has the expected key, and rejects otherwise. */
  dial(address: Address, key: string): Promise<Wire>
}
