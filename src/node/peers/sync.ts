/**
 * Brings a node that is far behind up to the others. PROTOCOL.md, "Catching up".
 *
 * Why: current votes and proposals are useless to a node that lacks the blocks below them, and fetching a long chain backwards from its newest
 * block would fill the memory. So a node that is more than BEHIND blocks behind fetches final blocks in ascending order instead.
 *
 * How: status messages of peers prove with a quorum's certificate how far the chain is. The node requests blocks, one request at a time, from a
 * random peer that has them. Each block must be the child of the one before and match its body hash; within a limited number of blocks, one must
 * come with its own certificate, which makes its ancestors final too. The node passes those certificates to consensus for up to RUN blocks at a
 * time. Consensus then fetches the blocks with `take` and applies them like any others, so every action and root is checked. Peers that send
 * invalid blocks are punished; peers that are slow or send nothing new are not asked for SHUNNED_MS. Within NEAR blocks of the target, the node
 * follows votes again.
 */
import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { isCertified, MAX_UNCERTIFIED, type VerifyConfig } from '../../consensus/certify.ts'
import type { Certificate, Proposal } from '../../consensus/types.ts'
import { sha256 } from '../../crypto/hash.ts'
import { blockHash } from '../../ledger/header.ts'
import {
  type CarriedBlock,
  MAX_BLOCKS,
  type PeerMessage,
  type PeerStatus,
} from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'

/** A node that lags by more blocks than this stops following votes and fetches final blocks in order. */
const BEHIND = 16
/** A node that lags by no more blocks than this follows votes again. */
const NEAR = 2
/** Messages about views further than this beyond the last view proven to be final are ignored. */
export const VIEWS_AHEAD = 64
/** Blocks that consensus gets at a time. The bound limits memory: until they are final, each is an overlay on the one before. */
const RUN = 8
/** While one of the blocks ahead of the tip is certified, so that the tip will move, no more are requested than this, */
const MAX_AHEAD = 4 * MAX_BLOCKS
/** nor beyond so many times maxBodyBytes. */
const MAX_AHEAD_BODIES = 2
/**
 * A peer is punished whose blocks without a certificate of one of them are more than MAX_UNCERTIFIED, or have bodies of more than so many times
 * maxBodyBytes: leaders propose empty blocks from 32 above the last committed one.
 */
const MAX_UNCERTIFIED_BODIES = 33
/** How long to wait for an answer before asking another peer. */
const ANSWER_MS = 10_000
/** How long a peer without a useful answer is not asked again. */
const SHUNNED_MS = 30_000
const NO_SIGNATURE = new Uint8Array(64)

/** What catching up needs from the node. */
export interface SyncParts {
  clock: Clock
  verifying: VerifyConfig
  maxBodyBytes: number
  /** The last committed block. */
  tip(): { height: number; hash: string }
  /** The connected peers with the last status message of each. */
  statuses(): { peer: string; status: PeerStatus | null }[]
  send(peer: string, message: PeerMessage): boolean
  /** Passes a final certificate to consensus, which then fetches the blocks up to it; `take` returns them. */
  onCertificate(certificate: Certificate): void
  punish(peer: string, why: string): void
}

/** Fetches final blocks for a node that is far behind. See the header of this file. */
export class Sync {
  readonly #parts: SyncParts
  /** Blocks ahead of the tip, ascending, each the child of the one before. */
  #ahead: CarriedBlock[] = []
  /** Bytes of their bodies. */
  #bytes = 0
  /** Height of the last certificate that was passed to consensus. */
  #fedHeight = 0
  /** The highest final block that a peer has proven. */
  #target: { height: number; view: number } = { height: 0, view: 0 }
  #isBehind = false
  #isStopped = false
  #asked: { peer: string; from: number; timer: Timer } | undefined
  /** Until when peers are not asked: at most one entry per listed peer. */
  readonly #shunned = new Map<string, number>()

  constructor(parts: SyncParts) {
    this.#parts = parts
  }

  /** True while the node is too far behind to use current votes and proposals. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** How many blocks ahead of the tip are held, and the bound. */
  get held(): readonly [held: number, bound: number] {
    return [this.#ahead.length, MAX_AHEAD + MAX_BLOCKS]
  }

  /** Height of the highest final block that a peer has proven. */
  get targetHeight(): number {
    return this.#target.height
  }

  /** The view of that block. */
  get shownView(): number {
    return this.#target.view
  }

  /** Handles a status message. Punishes the peer if a quorum's certificate does not support it. */
  statusReceived(peer: string, status: PeerStatus | null): void {
    if (status === null) return
    const { height, view } = status.header
    const isFar = height > this.#parts.tip().height + BEHIND
    if (height <= this.#target.height || (!isFar && view < this.#target.view + VIEWS_AHEAD / 2)) return
    if (!isProven(status, this.#parts.verifying)) {
      this.#parts.punish(peer, 'a status without a certificate')
      return
    }
    this.#target = { height, view }
    if (isFar) this.#isBehind = true
    this.#ask()
  }

  /** The block with this hash, if it was fetched ahead of the tip. */
  take(hash: string): { proposal: Proposal; notes: CarriedBlock['notes'] } | undefined {
    const block = this.#ahead.find((candidate) => candidate.hash === hash)
    if (block === undefined) return undefined
    const { header, body, notes } = block
    return { proposal: { header, hash, body, signature: NO_SIGNATURE, parent: null, skips: [] }, notes }
  }

  /** Called after each commit: drops the committed blocks, and continues or ends catching up. */
  committed(): void {
    if (!this.#isBehind) return
    const { height } = this.#parts.tip()
    this.#drop((block) => block.header.height <= height)
    if (height >= this.#target.height - NEAR) this.#caughtUp()
    else {
      this.#feed()
      this.#ask()
    }
  }

  /** Handles the answer to a request: blocks from the requested height on. */
  received(peer: string, blocks: readonly CarriedBlock[]): void {
    if (this.#asked?.peer !== peer) return
    this.#parts.clock.cancel(this.#asked.timer)
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
      this.#fedHeight = Math.min(this.#fedHeight, height)
      this.#shun(peer)
      this.#parts.punish(peer, fault)
      break
    }
    this.#feed()
    this.#ask()
  }

  /** Handles a closed connection: a request to this peer goes to another one at once. */
  disconnected(peer: string): void {
    if (this.#asked?.peer === peer) this.#giveUp()
  }

  /** Requests blocks if there is now a peer to ask. */
  wake(): void {
    this.#ask()
  }

  stop(): void {
    this.#isStopped = true
    this.#parts.clock.cancel(this.#asked?.timer)
  }

  /** Checks a block and appends it. @returns what is wrong with it, if anything */
  #append(block: CarriedBlock): string | undefined {
    const last = this.#ahead.at(-1)
    const parent = last ? { height: last.header.height, hash: last.hash } : this.#parts.tip()
    const { header, body, certificate, hash } = block
    if (header.height !== parent.height + 1 || bytesToHex(header.parentHash) !== parent.hash)
      return 'a block that does not follow'
    if (!equalBytes(sha256(body), header.bodyHash)) return 'a block with another body'
    if (certificate.kind !== 'finalize') return 'a block that is not final'
    if (certificate.hash === hash && !isCertified(this.#parts.verifying, certificate))
      return 'a certificate that is not signed'
    this.#ahead.push(block)
    this.#bytes += body.length
    const uncertified = this.#ahead.slice(this.#ahead.findLastIndex(hasOwnCertificate) + 1)
    const bytes = uncertified.reduce((sum, block) => sum + block.body.length, 0)
    const isTooLong =
      uncertified.length > MAX_UNCERTIFIED || bytes > MAX_UNCERTIFIED_BODIES * this.#parts.maxBodyBytes
    return isTooLong ? 'blocks without a certificate' : undefined
  }

  /** Passes consensus the certificate of the highest block at most RUN above the tip, or of the next certified block if that is higher. */
  #feed(): void {
    const { height } = this.#parts.tip()
    if (this.#fedHeight > height + RUN / 2) return
    const certified = this.#ahead.filter(
      (block) => hasOwnCertificate(block) && block.header.height > this.#fedHeight,
    )
    const next = certified.findLast(({ header }) => header.height <= height + RUN) ?? certified[0]
    if (next === undefined) return
    this.#fedHeight = next.header.height
    this.#parts.onCertificate(next.certificate)
  }

  #ask(): void {
    if (this.#isStopped || !this.#isBehind || this.#asked !== undefined) return
    const { height } = this.#parts.tip()
    const from = Math.max(height, this.#ahead.at(-1)?.header.height ?? 0) + 1
    // Without a certified block the tip stands: then only more blocks help, until there are so many that their sender is punished.
    const willMove = this.#ahead.some(hasOwnCertificate)
    const isFull = from - height > MAX_AHEAD || this.#bytes > MAX_AHEAD_BODIES * this.#parts.maxBodyBytes
    if (from > this.#target.height || (willMove && isFull)) return
    const now = this.#parts.clock.elapsed()
    const candidates = this.#parts
      .statuses()
      .filter(
        ({ peer, status }) => (status?.header.height ?? 0) >= from && now >= (this.#shunned.get(peer) ?? 0),
      )
    const chosen = candidates[Math.floor(this.#parts.clock.random() * candidates.length)]
    if (chosen === undefined) return
    const { peer } = chosen
    const timer = this.#parts.clock.after(ANSWER_MS, () => {
      this.#shun(peer)
      this.#giveUp()
    })
    this.#asked = { peer, from, timer }
    if (this.#parts.send(peer, { type: 'get-blocks', from, count: MAX_BLOCKS })) return
    this.#shun(peer)
    this.#giveUp()
  }

  #giveUp(): void {
    this.#parts.clock.cancel(this.#asked?.timer)
    this.#asked = undefined
    this.#ask()
  }

  #shun(peer: string): void {
    const now = this.#parts.clock.elapsed()
    for (const [other, untilMs] of this.#shunned) if (untilMs <= now) this.#shunned.delete(other)
    this.#shunned.set(peer, now + SHUNNED_MS)
  }

  #caughtUp(): void {
    this.#isBehind = false
    this.#drop(() => true)
    this.#parts.clock.cancel(this.#asked?.timer)
    this.#asked = undefined
  }

  #drop(isUnneeded: (block: CarriedBlock) => boolean): void {
    this.#ahead = this.#ahead.filter((block) => !isUnneeded(block))
    this.#bytes = this.#ahead.reduce((sum, { body }) => sum + body.length, 0)
  }
}

/** Whether a block came with its own certificate, not with that of a descendant. */
function hasOwnCertificate({ certificate, hash }: CarriedBlock): boolean {
  return certificate.hash === hash
}

/** Whether a status message proves its header final: the certificate is for this header and has a quorum's signatures. */
function isProven({ header, certificate }: PeerStatus, verifying: VerifyConfig): boolean {
  return (
    header.chainId === verifying.chainId &&
    certificate.kind === 'finalize' &&
    certificate.hash === bytesToHex(blockHash(header)) &&
    certificate.view === header.view &&
    isCertified(verifying, certificate)
  )
}
