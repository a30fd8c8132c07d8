import { bytesToHex } from '../../codec/bytes.ts'
import { quorum } from '../../consensus/quorum.ts'
import type { CosignerStatus, LogStatus } from '../../control/client.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import { formatCheckpoint } from '../../log/checkpoint.ts'
import { cosign } from '../../log/cosignature.ts'
import {
  type CosignedCheckpoint,
  CosignedLog,
  checkpointNote,
  originOf,
  type SizedCosignature,
} from '../../log/cosigned.ts'
import type { CosignaturesMessage } from '../../network/peer-messages.ts'
import type { Clock } from '../../process/clock.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { Chain } from '../chain/chain.ts'
import type { NodeEvents } from '../events.ts'
import type { LogKeys } from './log-keys.ts'

/** What cosigning works with. */
export interface CosigningParts {
  genesis: Genesis
  keys: LogKeys
  chain: Chain
  clock: Clock
  events: NodeEvents
  log: Logger
  /** Whether this node knows that others have a longer chain: then it cosigns nothing. */
  isBehind(): boolean
}

/**
 * Cosigns this node's log of headers whenever a block is final, and collects what the other validators say of it. PROTOCOL.md, "Checkpoints".
 * All of it is in memory: after a start, the next block brings new cosignatures.
 */
export class Cosigning {
  readonly #parts: CosigningParts
  readonly #origin: string
  readonly #log: CosignedLog

  constructor(parts: CosigningParts) {
    this.#parts = parts
    const { genesis, keys, events } = parts
    const count = genesis.validators.length
    this.#origin = originOf(fieldToHex(chainIdOf(genesis)))
    this.#log = new CosignedLog({ origin: this.#origin, count, quorum: quorum(count), verify: keys.verify })
    const { size, root } = this.#own()
    this.#log.advance(size, root)
    events.on('committed', () => this.#grown())
  }

  /** The newest checkpoint that a quorum of validators has cosigned, as a signed note. */
  note(): string | undefined {
    const { newest } = this.#log
    const { validators } = this.#parts.genesis
    const keys = validators.map(({ logKey }) => logKey)
    return newest && checkpointNote(this.#origin, keys, newest)
  }

  /** How many cosignatures are in memory, and how many at most. */
  get held(): readonly [held: number, bound: number] {
    return this.#log.held
  }

  /** What a peer is told when it connects: the newest checkpoint of a quorum, and this node's newest cosignature. */
  greeting(): CosignaturesMessage[] {
    const { self } = this.#parts.keys
    const own = self === undefined ? undefined : this.#log.lastOf(self)
    const { newest } = this.#log
    return [
      ...(newest === undefined ? [] : [messageOf(newest)]),
      ...(own === undefined ? [] : [messageOf({ ...own, cosignatures: [[self!, own]] })]),
    ]
  }

  /** Takes a peer's cosignatures. @returns what the peer did wrong, if it did */
  received({ size, root, cosignatures }: CosignaturesMessage): string | undefined {
    const before = this.#log.newest
    for (const { validator, time, signature } of cosignatures) {
      const said = { size, root, time, signature }
      const wasWhole = this.#log.splitOf(validator) === undefined
      const added = this.#log.add(validator, said)
      if (added === 'forged') return 'a cosignature that its validator did not make'
      if (added === 'split' && wasWhole) this.#tellSplit(validator, said)
    }
    this.#tellCheckpoint(before)
    return undefined
  }

  status(): LogStatus {
    const { validators } = this.#parts.genesis
    return {
      size: this.#log.newest?.size ?? null,
      validators: validators.map(({ name }, i): CosignerStatus => {
        const last = this.#log.lastOf(i)
        const split = this.#log.splitOf(i)
        return {
          name,
          size: last?.size ?? null,
          time: last?.time ?? null,
          contradiction: split === undefined ? null : { size: split.size, root: bytesToHex(split.root) },
        }
      }),
    }
  }

  /** A block is final: the log has one header more. */
  #grown(): void {
    const { keys, clock, events, isBehind } = this.#parts
    const { size, root } = this.#own()
    const before = this.#log.newest
    for (const validator of this.#log.advance(size, root))
      this.#tellSplit(validator, this.#log.splitOf(validator)!)
    if (keys.self !== undefined && !isBehind()) {
      const text = formatCheckpoint({ origin: this.#origin, size, root })
      const own = cosign(text, Math.floor(clock.now() / 1_000), keys.sign)
      this.#log.add(keys.self, { size, root, ...own })
      events.emit('cosigned', messageOf({ size, root, cosignatures: [[keys.self, own]] }), 'all')
    }
    this.#tellCheckpoint(before)
  }

  #own(): { size: number; root: Uint8Array } {
    const { chain } = this.#parts
    const { frontier, root } = chain.logAfter(chain.tip.hash)!
    return { size: frontier.size, root }
  }

  /** Observers are connected with some validators only, so they get the whole quorum from each. */
  #tellCheckpoint(before: CosignedCheckpoint | undefined): void {
    const { newest } = this.#log
    if (newest !== undefined && newest.size !== before?.size)
      this.#parts.events.emit('cosigned', messageOf(newest), 'observers')
  }

  #tellSplit(validator: number, { size, root, time, signature }: SizedCosignature): void {
    const { name } = this.#parts.genesis.validators[validator]!
    const said = { size, root: bytesToHex(root), time, signature: bytesToHex(signature) }
    this.#parts.log.error({ validator: name, ...said }, 'a validator has cosigned another history')
  }
}

function messageOf({ size, root, cosignatures }: CosignedCheckpoint): CosignaturesMessage {
  return {
    type: 'cosignatures',
    size,
    root,
    cosignatures: cosignatures.map(([validator, { time, signature }]) => ({ validator, time, signature })),
  }
}
