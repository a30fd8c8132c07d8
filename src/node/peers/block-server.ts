import { Failure } from '../../config/failure.ts'
import type { Proposal } from '../../consensus/types.ts'
import type { CarriedBlock, PeerMessage } from '../../network/peer-messages.ts'
import type { PeerSet } from '../../network/peer-set.ts'
import type { Logger } from '../../telemetry/log.ts'

/** Maximum number of open requests for stored blocks per peer. */
const MAX_REQUESTS = 4
/** While so many bytes of answers wait to be sent to a peer, its requests for blocks get none. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024
/** Main-thread time that is charged for what is done after other waits: a look for stored blocks, and each MiB of them that is sent. */
const SEEK_MS = 1
const STORED_MS_PER_MIB = 40

/** What blocks are read from and sent with. */
export interface BlockServerParts {
  set: Pick<PeerSet, 'queued' | 'charge' | 'answer'>
  /** A block that is held and not committed. */
  held(hash: string): Proposal | undefined
  /** Reads final blocks from the database. */
  stored: {
    byHash(hash: string): Promise<Proposal | undefined>
    from(height: number, count: number): Promise<CarriedBlock[]>
  }
  log: Logger
}

/** Answers requests of peers for blocks, at their cost. PROTOCOL.md, "Peer messages". */
export class BlockServer {
  readonly #parts: BlockServerParts
  readonly #requests = new Map<string, number>()
  #saidDamaged = false

  constructor(parts: BlockServerParts) {
    this.#parts = parts
  }

  /** Answers `get-block`. */
  byHash(key: string, hash: string): void {
    this.#serve(key, async () => {
      const proposal = this.#parts.held(hash) ?? (await this.#parts.stored.byHash(hash))
      return proposal && { type: 'block', proposal }
    })
  }

  /** Answers `get-blocks`. */
  from(key: string, height: number, count: number): void {
    this.#serve(key, async () => {
      return { type: 'blocks', blocks: await this.#parts.stored.from(height, count) }
    })
  }

  disconnected(key: string): void {
    this.#requests.delete(key)
  }

  /** Answers a request, at most MAX_REQUESTS per peer at a time. Requests beyond that, and for missing blocks, get no answer. */
  #serve(key: string, read: () => Promise<PeerMessage | undefined>): void {
    const { set } = this.#parts
    const open = this.#requests.get(key) ?? 0
    if (open >= MAX_REQUESTS || set.queued(key, 'bulk') > MAX_UNSENT_BYTES) return
    this.#requests.set(key, open + 1)
    set.charge(key, { cpuMs: SEEK_MS })
    read()
      .then((message) => message && this.#answer(key, message))
      .catch((err) => this.#unread(err))
      .finally(() => {
        const left = this.#requests.get(key)
        if (left !== undefined) this.#requests.set(key, left - 1)
      })
  }

  /** Says once that stored blocks are damaged: peers go on asking, and other nodes have the blocks. */
  #unread(err: unknown): void {
    const { log } = this.#parts
    const isNews = err instanceof Failure && err.code === 'DATABASE_DAMAGED' && !this.#saidDamaged
    this.#saidDamaged ||= isNews
    if (isNews) log.error({ err }, err.message)
    else log.debug({ err }, 'blocks cannot be read')
  }

  #answer(key: string, message: PeerMessage): void {
    const { set } = this.#parts
    const bodies =
      message.type === 'blocks' ? message.blocks : message.type === 'block' ? [message.proposal] : []
    const mebibytes = bodies.reduce((sum, { body }) => sum + body.length, 0) / 2 ** 20
    set.charge(key, { cpuMs: STORED_MS_PER_MIB * mebibytes })
    set.answer(key, message)
  }
}
