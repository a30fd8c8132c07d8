import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { Client } from '../budget/clients.ts'
import type { Unsent } from '../budget/unsent.ts'

/** Cost of a message or a control frame, and bytes of it that cost one more, by the time that reading them takes. */
export const MESSAGE_COST = 2
export const MESSAGE_BYTES_PER_COST = 32

/** The code of a socket that had to make room (IANA's registry of close codes): clients of graphql-ws reconnect, which they do not after its own 4429. */
export const TRY_AGAIN_LATER = 1013

/**
 * The socket of a client. Whatever comes over it is paid for from the client's bucket, control frames too, and it is not read while the client owes
 * something. What is sent counts until the client has taken it.
 *
 * Its errors are its client's, such as a message that is too large, or that the client is gone before it took an answer: the socket is closed
 * by then, and graphql-ws would print a stack for each, with which a client could fill the log.
 */
export class ClientSocket extends WebSocket {
  /** Ends what runs for the client when it is gone. graphql-ws forgets one of two operations that had the same name. */
  readonly whenGone = new Set<() => void>()
  /** Whether no operation of it runs. */
  isIdle: () => boolean = () => true
  #hold: ((bytes: number) => (() => void) | undefined) | undefined

  /** Begins to charge a client. */
  charge(client: Client, unsent: Unsent): void {
    const closed = new AbortController()
    this.#hold = (bytes) => unsent.hold(client, bytes, () => this.terminate())
    const pay = async ({ length }: Buffer) => {
      client.charge(MESSAGE_COST + Math.floor(length / MESSAGE_BYTES_PER_COST))
      if (client.left >= 0 || this.isPaused) return
      this.pause()
      await client.pay(0, closed.signal)
      this.resume()
    }
    this.on('message', pay).on('ping', pay).on('pong', pay)
    this.once('close', () => {
      closed.abort()
      for (const end of this.whenGone) end()
    })
  }

  /** Closes it so that its client comes again later, and does not wait until the client agrees or reads. */
  dismiss(stream: Socket): void {
    this.close(TRY_AGAIN_LATER, 'clients with fewer sockets need the place of this one: connect again later')
    if (this.bufferedAmount > 0) this.terminate()
    else stream.destroySoon()
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return event === 'error' ? false : super.emit(event, ...args)
  }

  /** Sends a message, or ends the connection if too much waits for the client. @param taken is called when it was written, or the client is gone */
  override send(data: Parameters<WebSocket['send']>[0], taken: unknown = () => {}): void {
    const done = taken as () => void
    const release = this.#hold?.(String(data).length)
    if (release === undefined) {
      this.terminate()
      done()
    } else {
      super.send(data, () => {
        release()
        done()
      })
    }
  }
}
