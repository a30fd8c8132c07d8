import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresTarget } from '../config/postgres-url.ts'

/** How long a silent server is waited for, in milliseconds. */
export interface Patience {
  /** How long it may be silent while it is asked something, before it is asked whether it is there at all. */
  silenceMs: number
  /** How long it has to answer that. */
  probeMs: number
  /** What a statement may take beyond the time after which the server ends it. */
  graceMs: number
}

const PATIENCE: Patience = { silenceMs: 5_000, probeMs: 5_000, graceMs: 5_000 }
/** Looks per `silenceMs`. */
const LOOKS = 5

/** SSLRequest: a server answers it with one byte before anybody has logged in (manual of Postgres, "SSL Session Encryption"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

interface Watched {
  isWaiting: () => boolean
  bytesRead: number
  /** How long it was silent while it was asked something, in looks. */
  looks: number
}

/**
 * Ends connections whose server is gone without a word: nobody resets them, and the system would wait for a quarter of an hour. A connection that
 * is silent for `silenceMs` while it is asked something has the server asked, on a new connection, whether it is there; after `probeMs` without any
 * answer it ends with ETIMEDOUT. So a server that is busy is told from one that is gone, and statements may take long. A server that answers others
 * ends a statement itself after `statementMs`; a connection that is silent for `graceMs` more is dead. Time is counted in looks, so that a
 * process that stood still ends nothing.
 */
export class Watch {
  readonly #target: PostgresTarget
  readonly #limitMs: number
  readonly #patience: Patience
  readonly #sockets = new Map<Socket, Watched>()
  #timer: NodeJS.Timeout | undefined
  #isProbing = false
  #isGone = false
  readonly #stopping = new AbortController()

  /** @param statementMs 0 for no bound */
  constructor(target: PostgresTarget, statementMs: number, patience = PATIENCE) {
    this.#target = target
    this.#limitMs = statementMs > 0 ? statementMs + patience.graceMs : Number.POSITIVE_INFINITY
    this.#patience = patience
  }

  /** True from when the server did not answer until it answers again. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** @param isWaiting whether an answer of the server is due */
  add(socket: Socket, isWaiting: () => boolean): void {
    this.#sockets.set(socket, { isWaiting, bytesRead: 0, looks: 0 })
    this.#timer ??= setInterval(() => this.#look(), this.#patience.silenceMs / LOOKS).unref()
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#sockets.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
  }

  /** Once all its connections have ended: the server is not asked any more. */
  stop(): void {
    this.#stopping.abort()
  }

  #look(): void {
    for (const [socket, watched] of this.#sockets) {
      const isSilent = watched.isWaiting() && socket.bytesRead === watched.bytesRead
      watched.looks = isSilent ? watched.looks + 1 : 0
      watched.bytesRead = socket.bytesRead
      const silentMs = (watched.looks * this.#patience.silenceMs) / LOOKS
      if (silentMs >= this.#limitMs) end(socket)
    }
    if (!this.#isProbing && this.#silent(LOOKS).length > 0) void this.#probe()
  }

  /** Connections that have been silent for so many looks, while they were asked something. */
  #silent(looks: number): Socket[] {
    return [...this.#sockets].flatMap(([socket, watched]) => (watched.looks >= looks ? [socket] : []))
  }

  /** Asks the server whether it is there, and goes on asking until it is. */
  async #probe(): Promise<void> {
    const { signal } = this.#stopping
    this.#isProbing = true
    while (!signal.aborted) {
      const wasGone = this.#isGone
      this.#isGone = !(await answers(this.#target, this.#patience.probeMs, signal))
      if (!this.#isGone) {
        // What was sent meanwhile may have gone nowhere.
        if (wasGone) for (const socket of this.#silent(1)) end(socket)
        break
      }
      // All of them, unless one was answered meanwhile: what is idle would hang next.
      if (this.#silent(LOOKS).length > 0) for (const socket of this.#sockets.keys()) end(socket)
      await sleep(this.#patience.silenceMs / LOOKS, undefined, { ref: false, signal }).catch(() => {})
    }
    this.#isProbing = false
  }
}

function end(socket: Socket): void {
  socket.destroy(Object.assign(new Error('Postgres does not answer'), { code: 'ETIMEDOUT' }))
}

/** Whether a server answers at all. Also true if this machine has no file left to ask with. @param signal when nobody wants to know any more */
function answers({ host, port }: PostgresTarget, withinMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(join(host, `.s.PGSQL.${port}`)) : connect(port, host)
    const timer = setTimeout(() => done(false), withinMs).unref()
    socket.unref()
    const stop = () => done(false)
    const done = (isThere: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(isThere)
    }
    signal.addEventListener('abort', stop)
    socket.once('connect', () => socket.write(SSL_REQUEST))
    socket.once('data', () => done(true))
    socket.once('end', () => done(false))
    socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code === 'EMFILE' || code === 'ENFILE'))
  })
}
