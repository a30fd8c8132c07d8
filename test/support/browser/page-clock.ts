import type { BrowserPage } from './browser-page.ts'

/** Timers of fewer milliseconds are left to the browser: libraries use them to draw, and to wait for a turn. */
const SHORT_MS = 100

/** The script of the page that takes its time. */
const install = `(() => {
  const real = { setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window) }
  const began = Date.now()
  const timers = new Map()
  const connecting = new Set()
  const turn = () => new Promise((resolve) => real.setTimeout(resolve, 0))
  let now = 0
  let last = 0
  const add = (every) => (callback, ms = 0, ...args) => {
    if (!every && ms < ${SHORT_MS}) return real.setTimeout(callback, ms, ...args)
    const id = -++last
    timers.set(id, { at: now + ms, every: every ? ms : undefined, callback: () => callback(...args) })
    return id
  }
  const remove = (id) => timers.delete(id) || real.clearTimeout(id)
  Object.assign(window, { setTimeout: add(false), setInterval: add(true), clearTimeout: remove, clearInterval: remove })
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    window.setTimeout(() => controller.abort(), ms)
    return controller.signal
  }
  performance.now = () => now
  Date.now = () => began + now
  const Real = WebSocket
  const refused = () => {
    const socket = { readyState: Real.CLOSED }
    connecting.add(socket)
    real.setTimeout(() => {
      connecting.delete(socket)
      socket.onerror(new Event('error'))
      socket.onclose(new CloseEvent('close', { code: 1006 }))
    }, 0)
    return socket
  }
  window.WebSocket = class extends Real {
    constructor(...given) {
      window.clock.attempts.push(now)
      if (window.clock.refuses) return refused()
      super(...given)
      connecting.add(this)
      for (const end of ['open', 'close']) this.addEventListener(end, () => connecting.delete(this))
    }
  }
  const next = (end) => {
    const due = [...timers].filter(([, { at }]) => at <= end)
    return due.sort(([, a], [, b]) => a.at - b.at)[0]
  }
  window.clock = {
    attempts: [],
    refuses: false,
    async advance(ms, waits) {
      const end = now + ms
      for (;;) {
        while (waits && connecting.size > 0) await turn()
        await turn()
        const due = next(end)
        if (due === undefined) break
        const [id, timer] = due
        now = Math.max(now, timer.at)
        if (timer.every === undefined) timers.delete(id)
        else timer.at = now + timer.every
        timer.callback()
      }
      now = end
    },
  }
})()`

/** The time of a page, which stands still but for steps: its timers, its clocks, how long it waits for answers, and when it opened WebSockets. */
export class PageClock {
  readonly #page: BrowserPage

  private constructor(page: BrowserPage) {
    this.#page = page
  }

  /** Takes the time of all documents that the page opens from now on. */
  static async take(page: BrowserPage): Promise<PageClock> {
    await page.call('Page.addScriptToEvaluateOnNewDocument', { source: install })
    return new PageClock(page)
  }

  /**
   * Lets milliseconds pass, timer by timer.
   * @param waits whether the time stands still while a WebSocket is being opened; without, it passes however long that takes
   */
  advance(ms: number, { waits = true } = {}): Promise<void> {
    return this.#page.evaluate(`clock.advance(${ms}, ${waits})`)
  }

  /** Has all WebSockets that are opened from now on fail at once, or no more: a browser delays the real ones after some failures. */
  refuse(refuses: boolean): Promise<void> {
    return this.#page.evaluate(`void (clock.refuses = ${refuses})`)
  }

  /** When the page opened WebSockets, in milliseconds of its time. */
  attempts(): Promise<number[]> {
    return this.#page.evaluate('clock.attempts')
  }
}
