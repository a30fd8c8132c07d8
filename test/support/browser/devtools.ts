import { WebSocket } from 'ws'

type Params = Record<string, unknown>
type Listener = (params: never, sessionId: string | undefined) => void

interface Message {
  id?: number
  method?: string
  params?: Params
  sessionId?: string
  result?: unknown
  error?: { message: string }
}

/** A connection that speaks the Chrome DevTools Protocol. */
export class DevTools {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  readonly #listeners = new Map<string, Listener[]>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has ended'))
      this.#waiting.clear()
    })
  }

  static connect(url: string): Promise<DevTools> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { maxPayload: 256 * 1024 * 1024 })
      socket.once('open', () => resolve(new DevTools(socket)))
      socket.once('error', reject)
    })
  }

  /** Calls a method, of a page if a session is given. @throws Error with the method and what the browser says */
  call<Result>(method: string, params: Params = {}, sessionId?: string): Promise<Result> {
    const id = ++this.#lastId
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) })
    })
  }

  /** Calls a listener at each event with this name, of all pages. */
  on<Event>(event: string, listener: (params: Event, sessionId: string | undefined) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener as Listener])
  }

  close(): void {
    this.#socket.close()
  }

  #take({ id, method, params, sessionId, result, error }: Message): void {
    if (id === undefined) {
      for (const listener of this.#listeners.get(method!) ?? []) listener(params as never, sessionId)
      return
    }
    const call = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) call?.reject(new Error(error.message))
    else call?.resolve(result as never)
  }
}
