import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { COMMENT, COMPLETE } from './event-text.ts'

/** Counts what waits for the client; see `Unsent.hold`. */
export type Hold = (bytes: number, cut: () => void) => (() => void) | undefined

/** Characters after which no further event is added to what is written at once. */
export const BATCH_CHARACTERS = 64 * 1024

/**
 * Writes texts to a response, those of one turn of the event loop at once: a write costs more than most events. Texts are taken when the client
 * has room for them, so a slow client makes the server wait.
 */
export class EventWriter {
  readonly response: ServerResponse
  readonly #hold: Hold
  readonly #gone = new AbortController()
  #text = ''
  #written: Promise<void> | undefined

  constructor(response: ServerResponse, hold: Hold) {
    this.response = response
    this.#hold = hold
    response.once('close', () => this.#gone.abort())
    // The first comment makes browsers see the headers.
    response.write(COMMENT)
  }

  /** Writes texts until there is none, and ends the response. */
  async writeAll(texts: AsyncIterator<string>): Promise<void> {
    while (this.#isOpen) {
      const { done, value } = await texts.next()
      this.#text += done ? COMPLETE : value
      this.#written ??= this.#writeInTurn()
      if (done || this.#text.length >= BATCH_CHARACTERS) await this.#taken(this.#text, this.#written)
      if (done) this.response.end()
    }
  }

  /** Keeps an idle connection alive. */
  keepAlive(): void {
    if (this.#isOpen && !this.response.writableNeedDrain) this.response.write(COMMENT)
  }

  /** Ends the response with a last text. */
  end(text: string): void {
    if (this.#isOpen) this.response.end(text)
  }

  get #isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed
  }

  /**
   * Writes what there is after this turn of the event loop, and what comes while the client has no room.
   * @returns a promise that is there when all is written and the client has room for more
   */
  async #writeInTurn(): Promise<void> {
    while (this.#isOpen && this.#text !== '') {
      await new Promise((resolve) => setImmediate(resolve))
      const text = this.#text
      this.#text = ''
      if (this.#isOpen && !this.response.write(text))
        await this.#taken(text, once(this.response, 'drain', { signal: this.#gone.signal }))
    }
    this.#written = undefined
  }

  /** Waits until the client takes a text, and cuts it off if it does not, or too much waits for it. */
  async #taken(text: string, written: Promise<unknown>): Promise<void> {
    const cut = () => this.response.destroy()
    const release = this.#hold(text.length, cut)
    if (release === undefined) cut()
    await written.catch(() => {})
    release?.()
  }
}
