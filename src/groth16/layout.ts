import { Failure } from '../config/failure.ts'

const PAGE_BYTES = 65_536
/** Addresses are u32: 4 GiB, less a page. */
const MAX_PAGES = 65_535
const ALIGNMENT = 64

/** Hands out addresses of a memory that is made afterwards, with exactly the room that was handed out. */
export class Layout {
  #end: number

  constructor(start: number) {
    this.#end = start
  }

  /** The address of so many bytes, a multiple of 64. */
  place(bytes: number): number {
    const address = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT
    this.#end = address + bytes
    return address
  }

  /** Bytes of the memory. */
  get bytes(): number {
    return Math.ceil(this.#end / PAGE_BYTES) * PAGE_BYTES
  }

  /** @throws Failure OUT_OF_MEMORY if there is no room for it, or addresses of 32 bits do not reach its end */
  memory(shared: boolean): WebAssembly.Memory {
    const pages = this.bytes / PAGE_BYTES
    try {
      if (pages > MAX_PAGES) throw new RangeError('more than 4 GiB')
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared })
    } catch (cause) {
      throw new Failure(
        'OUT_OF_MEMORY',
        `a proof with this key takes ${Math.ceil(this.bytes / 1e6)} MB of memory`,
        { hint: 'use fewer threads, free some memory, or use a machine with more', retry: true, cause },
      )
    }
  }
}
