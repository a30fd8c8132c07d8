import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { isCertified, type VerifyConfig } from '../../consensus/certify.ts'
import type { Certificate, Proposal } from '../../consensus/types.ts'
import { sha256 } from '../../crypto/hash.ts'
import { blockHash } from '../../ledger/header.ts'
import {
  type CarriedBlock,
  MAX_BLOCKS,
  type PeerMessage,
  type PeerStatus,
} from '../../network/peer-messages.ts'

/** A node that lags this many blocks stops following votes and takes final blocks in order; a node this near follows again. */
const BEHIND = 16
const NEAR = 2
/** Views beyond the last final one that anybody has shown. */
export const VIEWS_AHEAD = 64
/** Blocks handed to consensus at once: each is an overlay on the one before. */
const RUN = 8
/** Blocks, and bytes of them, held ahead. */
const MAX_AHEAD = 4 * MAX_BLOCKS
/** Blocks without a certificate among them, after which their sender is not believed. */
const MAX_UNCERTIFIED = 4 * MAX_BLOCKS
const ANSWER_MS = 10_000
/** How long a peer that had no answer is not asked. */
const SHUNNED_MS = 30_000
const NO_SIGNATURE = new Uint8Array(64)

/** What catching up needs of the node. */
export interface SyncParts {
  verifying: VerifyConfig
  maxBodyBytes: number
  /** The last committed block. */
  tip(): { height: number; hash: string }
  /** Peers with the status each last sent. */
  statuses(): { peer: string; status: PeerStatus | null }[]
  send(peer: string, message: PeerMessage): boolean
  /** Hands consensus a final certificate; it then fetches the blocks below, which `take` has. */
  onCertificate(certificate: Certificate): void
  punish(peer: string, why: string): void
}

/**
 * Brings a node that is far behind up to the others: final blocks in order, from any peer, each checked against its hash and the chain, a run of
 * them against a quorum's certificate; consensus then applies them as it does all others, so every action and root is checked again.
 * PROTOCOL.md, "Catching up".
 */
export class Sync {
  readonly #parts: SyncParts
  /** Blocks ahead of the tip, ascending; linked to each other, certified up to `#certified`. */
  #ahead: CarriedBlock[] = []
  #bytes = 0
  /** Height up to which a certificate was handed on. */
  #fed = 0
  #target: { height: number; view: number } = { height: 0, view: 0 }
  #isBehind = false
  #isStopped = false
  #asked: { peer: string; from: number; timer: NodeJS.Timeout } | undefined
  readonly #shunned = new Map<string, number>()

  constructor(parts: SyncParts) {
    this.#parts = parts
  }

  /** While true, votes and proposals of now are of no use. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** The highest final block that a peer has shown. */
  get targetHeight(): number {
    return this.#target.height
  }

  /** The view of that block. */
  get shownView(): number {
    return this.#target.view
  }

  /** A peer says how far it is; believed only with a quorum's signatures. */
  statusReceived(peer: string, status: PeerStatus | null): void {
    if (status === null) return
    const { height, view } = status.header
    const isFar = height > this.#parts.tip().height + BEHIND
    if (height <= this.#target.height || (!isFar && view < this.#target.view + VIEWS_AHEAD / 2)) return
    if (!isShown(status, this.#parts.verifying)) {
      this.#parts.punish(peer, 'a status without a certificate')
      return
    }
    this.#target = { height, view }
    if (isFar) this.#isBehind = true
    this.#ask()
  }

  /** A block held here that consensus asks for. */
  take(hash: string): Proposal | undefined {
    const block = this.#ahead.find((one) => one.hash === hash)
    if (block === undefined) return undefined
    const { header, body } = block
    return { header, hash, body, signature: NO_SIGNATURE, parent: null, skips: [] }
  }

  /** A block was committed. */
  committed(): void {
    if (!this.#isBehind) return
    const { height } = this.#parts.tip()
    this.#forget((block) => block.header.height <= height)
    if (height >= this.#target.height - NEAR) this.#caughtUp()
    else {
      this.#feed()
      this.#ask()
    }
  }

  /** An answer: blocks from the height asked for. */
  received(peer: string, blocks: readonly CarriedBlock[]): void {
    if (this.#asked?.peer !== peer) return
    clearTimeout(this.#asked.timer)
    this.#asked = undefined
    const { height } = this.#parts.tip()
    const fresh = blocks.filter(
      (block) => block.header.height > Math.max(height, this.#ahead.at(-1)?.header.height ?? 0),
    )
    if (fresh.length === 0) this.#shun(peer)
    for (const block of fresh) {
      const fault = this.#append(block)
      if (fault === undefined) continue
      this.#ahead = []
      this.#bytes = 0
      this.#fed = Math.min(this.#fed, height)
      this.#shun(peer)
      this.#parts.punish(peer, fault)
      break
    }
    this.#feed()
    this.#ask()
  }

  /** A connection closed: what was asked of the peer is asked of another one at once. */
  disconnected(peer: string): void {
    if (this.#asked?.peer === peer) this.#giveUp()
  }

  /** Looks again whom to ask. */
  wake(): void {
    this.#ask()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#asked?.timer)
  }

  #append(block: CarriedBlock): string | undefined {
    const last = this.#ahead.at(-1)
    const before = last ? { height: last.header.height, hash: last.hash } : this.#parts.tip()
    const { header, body, certificate, hash } = block
    if (header.height !== before.height + 1 || bytesToHex(header.parentHash) !== before.hash)
      return 'a block that does not follow'
    if (!equalBytes(sha256(body), header.bodyHash)) return 'a block with another body'
    if (certificate.kind !== 'finalize') return 'a block that is not final'
    if (certificate.hash === hash && !isCertified(this.#parts.verifying, certificate))
      return 'a certificate that is not signed'
    this.#ahead.push(block)
    this.#bytes += body.length
    const certified = this.#ahead.findLastIndex((one) => one.certificate.hash === one.hash)
    return this.#ahead.length - 1 - certified > MAX_UNCERTIFIED ? 'blocks without a certificate' : undefined
  }

  /** Hands consensus the next certificate: of a run of blocks at most, unless the next one certified lies further. */
  #feed(): void {
    const { height } = this.#parts.tip()
    if (this.#fed > height + RUN / 2) return
    const certified = this.#ahead.filter(
      (one) => one.certificate.hash === one.hash && one.header.height > this.#fed,
    )
    const next = certified.findLast(({ header }) => header.height <= height + RUN) ?? certified[0]
    if (next === undefined) return
    this.#fed = next.header.height
    this.#parts.onCertificate(next.certificate)
  }

  #ask(): void {
    if (this.#isStopped || !this.#isBehind || this.#asked !== undefined) return
    const { height } = this.#parts.tip()
    const from = Math.max(height, this.#ahead.at(-1)?.header.height ?? 0) + 1
    if (from > this.#target.height || from - height > MAX_AHEAD || this.#bytes > 2 * this.#parts.maxBodyBytes)
      return
    const now = performance.now()
    const able = this.#parts
      .statuses()
      .filter(
        ({ peer, status }) => (status?.header.height ?? 0) >= from && now >= (this.#shunned.get(peer) ?? 0),
      )
    const chosen = able[Math.floor(Math.random() * able.length)]
    if (chosen === undefined) return
    const { peer } = chosen
    const timer = setTimeout(() => {
      this.#shun(peer)
      this.#giveUp()
    }, ANSWER_MS)
    this.#asked = { peer, from, timer }
    if (this.#parts.send(peer, { type: 'get-blocks', from, count: MAX_BLOCKS })) return
    this.#shun(peer)
    this.#giveUp()
  }

  #giveUp(): void {
    clearTimeout(this.#asked?.timer)
    this.#asked = undefined
    this.#ask()
  }

  #shun(peer: string): void {
    this.#shunned.set(peer, performance.now() + SHUNNED_MS)
  }

  #caughtUp(): void {
    this.#isBehind = false
    this.#forget(() => true)
    if (this.#asked) clearTimeout(this.#asked.timer)
    this.#asked = undefined
  }

  #forget(isOver: (block: CarriedBlock) => boolean): void {
    this.#ahead = this.#ahead.filter((block) => !isOver(block))
    this.#bytes = this.#ahead.reduce((sum, { body }) => sum + body.length, 0)
  }
}

/** The certificate is of this very header and signed by a quorum. */
function isShown({ header, certificate }: PeerStatus, verifying: VerifyConfig): boolean {
  return (
    header.chainId === verifying.chainId &&
    certificate.kind === 'finalize' &&
    certificate.hash === bytesToHex(blockHash(header)) &&
    certificate.view === header.view &&
    isCertified(verifying, certificate)
  )
}
