import type { IncomingMessage } from 'node:http'
import { GatheredRequest } from '../../http/gathered-request.ts'

/**
 * A request whose `Upgrade` counts only if it asks for a WebSocket, so that any other, such as `h2c`, is answered as if it had none (RFC 9110, 7.8).
 * Node's parser sets `upgrade` and reads it again to decide whether the connection stops being HTTP; without this, every upgrade is one as soon as
 * a server listens for upgrades.
 */
export class UpgradeRequest extends GatheredRequest {
  /** Set by the base class's constructor already, so a field with a value here would overwrite it. */
  declare private asked: unknown

  get upgrade(): boolean {
    return Boolean(this.asked) && (this.method === 'CONNECT' || isWebSocket(this))
  }

  set upgrade(asked: unknown) {
    this.asked = asked
  }

  /**
   * Whether an upgrade is ignored. The parser loses what came with the request and behind it, so this is the last request of its connection that
   * may be answered.
   */
  get ignoresUpgrade(): boolean {
    return Boolean(this.asked) && !this.upgrade
  }
}

const isWebSocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'
