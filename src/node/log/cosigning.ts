import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { DecodeError } from '../../codec/error.ts'
import { quorum } from '../../consensus/quorum.ts'
import type { CosignerStatus, LogStatus } from '../../control/client.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { chainIdOf, type Validator } from '../../ledger/genesis.ts'
import { formatCheckpoint } from '../../log/checkpoint.ts'
import { cosign, cosignaturesNamed, cosignerKey } from '../../log/cosignature.ts'
import {
  type CosignedCheckpoint,
  CosignedLog,
  checkpointNote,
  originOf,
  type SizedCosignature,
} from '../../log/cosigned.ts'
import { type NoteSignature, parseNote } from '../../log/note.ts'
import { WitnessedCheckpoints } from '../../log/witnessed.ts'
import type { CosignaturesMessage } from '../../network/peer-messages.ts'
import type { KeptCheckpoint, StoredCheckpoint } from '../../storage/checkpoints.ts'
import type { Chain } from '../chain/chain.ts'
import type { Edges } from '../edges.ts'
import type { NodeEvents } from '../events.ts'
import type { NodeOptions } from '../options.ts'
import type { NodeStore } from '../store.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import type { LogKeys } from './log-keys.ts'
import { WitnessClient } from './witness-client.ts'

/** What cosigning works with. */
export interface CosigningParts {
  options: Pick<NodeOptions, 'genesis' | 'witnesses' | 'log'>
  edges: Pick<Edges, 'clock' | 'logKeys' | 'askWitness'>
  store: Pick<NodeStore, 'logTile' | 'keepCheckpoints'>
  /** What an earlier run kept. */
  kept: readonly StoredCheckpoint[]
  chain: Chain
  events: NodeEvents
  /** Whether this node knows that others have a longer chain: then it cosigns nothing. */
  isBehind(): boolean
}

/**
 * Cosigns this node's log of headers whenever a block is final, and collects what the other validators say of it. PROTOCOL.md, "Checkpoints".
 * What it knows is stored whenever there is a new checkpoint of a quorum, a new witness for one, or a contradiction, and known again after a start.
 */
export class Cosigning {
  readonly #parts: CosigningParts
  readonly #validators: readonly Validator[]
  readonly #keys: LogKeys
  readonly #origin: string
  readonly #log: CosignedLog
  readonly #witnessed = new WitnessedCheckpoints()
  readonly #witnesses: WitnessClient[]
  readonly #keeper: CheckpointKeeper

  constructor(parts: CosigningParts) {
    const { options, edges, store, events, kept } = parts
    const { genesis, witnesses = [], log } = options
    this.#parts = parts
    this.#validators = genesis.validators
    this.#keys = edges.logKeys()
    const { verify } = this.#keys
    const count = genesis.validators.length
    this.#origin = originOf(fieldToHex(chainIdOf(genesis)))
    this.#log = new CosignedLog({ origin: this.#origin, count, quorum: quorum(count), verify })
    this.#keeper = new CheckpointKeeper(store, log, () => this.#known())
    this.#witnesses = witnesses.map(
      (witness) =>
        new WitnessClient({
          ...{ witness, ask: edges.askWitness, read: store.logTile, clock: edges.clock, log },
          cosigned: (shown, signature) => {
            this.#witnessed.add(shown, witness.name, signature)
            this.#keeper.save()
          },
        }),
    )
    const { size, root } = this.#own()
    this.#log.advance(size, root)
    for (const checkpoint of kept) this.#resume(checkpoint)
    events.on('committed', () => this.#grown())
  }

  /** Asks witnesses nothing more. Resolves once what is being stored is stored. */
  stop(): Promise<void> {
    for (const witness of this.#witnesses) witness.stop()
    return this.#keeper.idle()
  }

  /** Ends waiting for `stop`. */
  abort(): void {
    this.#keeper.abort()
  }

  /** Of the newest checkpoints that a quorum of validators has cosigned, the one with the most witnesses, as a signed note. */
  note(): string | undefined {
    const best = this.#witnessed.best()
    return best && this.#noteOf(best.checkpoint, best.witnesses.values())
  }

  /** How many cosignatures are in memory, and how many at most. */
  get held(): readonly [held: number, bound: number] {
    return this.#log.held
  }

  /** What a peer is told when it connects: the newest checkpoint of a quorum, and this node's newest cosignature. */
  greeting(): CosignaturesMessage[] {
    const { self } = this.#keys
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
    return {
      size: this.#log.newest?.size ?? null,
      validators: this.#validators.map(({ name }, i): CosignerStatus => {
        const last = this.#log.lastOf(i)
        const split = this.#log.splitOf(i)
        return {
          name,
          size: last?.size ?? null,
          time: last?.time ?? null,
          contradiction: split === undefined ? null : { size: split.size, root: bytesToHex(split.root) },
        }
      }),
      witnesses: this.#witnesses.map(({ name, last, failure }) => ({
        name,
        size: last?.size ?? null,
        time: last?.time ?? null,
        failure: failure ?? null,
      })),
    }
  }

  /** A block is final: the log has one header more. */
  #grown(): void {
    const { events, isBehind } = this.#parts
    const { self, sign } = this.#keys
    const { size, root } = this.#own()
    const before = this.#log.newest
    for (const validator of this.#log.advance(size, root))
      this.#tellSplit(validator, this.#log.splitOf(validator)!)
    if (self !== undefined && !isBehind()) {
      const text = formatCheckpoint({ origin: this.#origin, size, root })
      const own = cosign(text, Math.floor(this.#parts.edges.clock.now() / 1_000), sign)
      this.#log.add(self, { size, root, ...own })
      events.emit('cosigned', messageOf({ size, root, cosignatures: [[self, own]] }), 'all')
    }
    this.#tellCheckpoint(before)
  }

  /** Everything to be kept, as notes. */
  #known(): KeptCheckpoint[] {
    return this.#log.checkpoints().map((checkpoint) => {
      const { size, root } = checkpoint
      return { size, root, note: this.#noteOf(checkpoint, this.#witnessed.witnessesOf(checkpoint)) }
    })
  }

  /** Takes what was kept of a checkpoint, as if its cosigners said it again. */
  #resume({ size, root, note, logRoot }: StoredCheckpoint): void {
    const lines = signaturesOf(note)
    if (logRoot !== undefined) this.#log.advance(size, logRoot)
    const keys = this.#validators.map(({ logKey }) => cosignerKey(this.#origin, logKey))
    const said = cosignaturesNamed(keys, lines) ?? []
    for (const [key, cosignature] of said) this.#log.add(keys.indexOf(key), { size, root, ...cosignature })
    const { newest } = this.#log
    if (newest?.size !== size || !equalBytes(newest.root, root)) return
    this.#witnessed.take(newest)
    for (const witness of this.#witnesses) {
      const line = witness.resume(size, note)
      if (line !== undefined) this.#witnessed.add(size, witness.name, line)
    }
  }

  #own(): { size: number; root: Uint8Array } {
    const { chain } = this.#parts
    const { frontier, root } = chain.logAfter(chain.tip.hash)!
    return { size: frontier.size, root }
  }

  /** Observers are connected with some validators only, so they get the whole quorum from each. */
  #tellCheckpoint(before: CosignedCheckpoint | undefined): void {
    const { newest } = this.#log
    if (newest === undefined || newest === before) return
    this.#witnessed.take(newest)
    this.#keeper.save()
    if (newest.size === before?.size) return
    this.#parts.events.emit('cosigned', messageOf(newest), 'observers')
    const shown = { size: newest.size, note: this.#noteOf(newest) }
    for (const witness of this.#witnesses) witness.show(shown)
  }

  #noteOf(checkpoint: CosignedCheckpoint, witnesses?: Iterable<NoteSignature>): string {
    const keys = this.#validators.map(({ logKey }) => logKey)
    return checkpointNote(this.#origin, keys, checkpoint, witnesses)
  }

  #tellSplit(validator: number, { size, root, time, signature }: SizedCosignature): void {
    const { name } = this.#validators[validator]!
    const said = { size, root: bytesToHex(root), time, signature: bytesToHex(signature) }
    this.#keeper.save()
    this.#parts.options.log.error({ validator: name, ...said }, 'a validator has cosigned another history')
  }
}

/** The signature lines of a stored note; none if it is damaged, since nothing depends on it. */
function signaturesOf(note: string): NoteSignature[] {
  try {
    return parseNote(note).signatures
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return []
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
