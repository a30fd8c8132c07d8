import { IncomingMessage } from 'node:http'

/** Bytes of a chunk that is passed on by itself. */
const LARGE_BYTES = 4_096

/**
 * A request whose small chunks are passed on together if they arrived together. Each chunk takes a hundred bytes of memory beside its own, and a body of
 * 128 KiB that is sent in chunks of one byte would take ten megabytes, wherever it is kept.
 */
export class GatheredRequest extends IncomingMessage {
  #small: Buffer[] = []
  #bytes = 0

  /** Is called by Node's parser with each chunk, and with null after the last one. @returns false if no more should be read for now */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk === null || chunk.length >= LARGE_BYTES) {
      this.#pass()
      return super.push(chunk, encoding)
    }
    // What a socket has delivered at once is parsed at once. The next tick would come after each chunk.
    if (this.#small.length === 0) setImmediate(() => this.#pass())
    this.#small.push(chunk)
    this.#bytes += chunk.length
    return this.readableLength + this.#bytes < this.readableHighWaterMark
  }

  #pass(): void {
    if (this.#small.length === 0) return
    const chunk = Buffer.concat(this.#small, this.#bytes)
    this.#small = []
    this.#bytes = 0
    if (!this.destroyed) super.push(chunk)
  }
}
