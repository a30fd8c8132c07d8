import type { Failure } from '../../config/failure.ts'
import type { SubmitReply } from '../../control/client.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { actionId, decodeAction } from '../../ledger/action-codec.ts'
import { actionHash } from '../../ledger/action-hash.ts'
import { checkNote } from '../../ledger/note.ts'
import { type Rejection, RejectionError } from '../../ledger/rejection.ts'
import type { PoolEntry } from '../../mempool/entry.ts'
import type { Admission, Pool } from '../../mempool/pool.ts'
import type { Clock } from '../../process/clock.ts'
import type { NodeEvents } from '../events.ts'
import { GroupCommit } from './group-commit.ts'
import type { Signatures } from './signatures.ts'

/** Entries per insert into the pool's table. */
const MAX_GROUP = 1000

/** What submissions work with. */
export interface SubmissionsOptions {
  clock: Clock
  poseidon: Poseidon
  pool: Pool
  signatures: Signatures
  /**
   * Makes entries durable, in one transaction. It goes on trying while the database is away: the others may have an entry already, so taking it
   * out of the pool would let its sender sign another one in its place.
   */
  store(entries: PoolEntry[]): Promise<void>
  /** Why nothing can be stored at the moment, if so. */
  unavailable(): Failure | undefined
  /** Whether an action of this hash is in the history. */
  isFinal(hash: bigint): Promise<boolean>
  /** The era of now. */
  era(): number
  /** Emits `admitted` for every action that enters the pool, whoever brought it. */
  events: NodeEvents
}

/**
 * What became of an action that a peer passed on. FAULTY and BAD_NOTE: no honest peer passes such an action on. An id does not cover the note, so a
 * bad note says nothing about the action itself.
 */
export type Passed = 'ADMITTED' | 'KNOWN' | 'PARKED' | 'REJECTED' | 'FAULTY' | 'BAD_NOTE'

/** A decoded submission. */
interface Offer {
  action: SignedAction
  hash: bigint
  bytes: Uint8Array
  note: string | undefined
}

/**
 * Takes actions in: decodes them, checks their signatures, admits them to the pool, makes them durable, and only then answers ACCEPTED.
 * Signatures are checked in parallel, but actions are admitted in the order of arrival, so a client may send a chain of actions without waiting.
 */
export class Submissions {
  readonly #options: SubmissionsOptions
  readonly #commits: GroupCommit<PoolEntry>
  /** Entries admitted and not durable yet, with the write they wait for. */
  readonly #storing = new Map<bigint, Promise<void>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SubmissionsOptions) {
    this.#options = options
    this.#commits = new GroupCommit((entries) => options.store(entries), {
      clock: options.clock,
      maxItems: MAX_GROUP,
      onFailed: (entries) => options.pool.withdraw(entries.map(({ hash }) => hash)),
    })
    const { events, pool, era } = options
    // A block may hold the actions that parked ones were waiting for.
    events.on('committed', () => {
      for (const entry of pool.admitParked(era())) this.#store(entry)
    })
  }

  /**
   * Resolves once the action is durable, final or rejected. `hash` is empty if the bytes are not an action.
   * @throws Failure if it can't be stored at the moment: it is not in the pool then, and may be submitted again or signed anew
   */
  async submit(bytes: Uint8Array, note: string | undefined): Promise<SubmitReply> {
    let offer: Offer
    try {
      const action = decodeAction(bytes)
      offer = { action, hash: actionHash(this.#options.poseidon, action), bytes, note }
    } catch (error) {
      if (error instanceof RejectionError) return { hash: '', status: 'REJECTED', rejection: error.rejection }
      throw error
    }
    const failure = this.#options.unavailable()
    if (failure !== undefined && this.#options.pool.get(offer.hash) === undefined) throw failure
    const hash = fieldToHex(offer.hash)
    const badNote = note === undefined ? null : checkNote(note)
    if (badNote !== null) return { hash, status: 'REJECTED', rejection: badNote }
    const result = await this.#admitInTurn(offer)
    if (result.status === 'REJECTED') return this.#rejected(offer.hash, result.rejection)
    if (result.status === 'PARKED') throw new Error('a submission was parked')
    await this.#storing.get(offer.hash)
    return { hash, status: 'ACCEPTED' }
  }

  /** Takes in the actions that a peer passed on; predecessors may come later. They are stored as well, because later submissions may depend on them. */
  async pass(actions: readonly Pick<Offer, 'bytes' | 'note'>[], peer: string): Promise<Passed[]> {
    const offers = actions.map(({ bytes, note }): Offer | 'FAULTY' | 'BAD_NOTE' => {
      try {
        if (note !== undefined && checkNote(note) !== null) return 'BAD_NOTE'
        const action = decodeAction(bytes)
        return { action, hash: actionHash(this.#options.poseidon, action), bytes, note }
      } catch (error) {
        if (error instanceof RejectionError) return 'FAULTY'
        throw error
      }
    })
    const good = offers.filter((offer) => typeof offer === 'object')
    const checks = good.map((offer) => ({ ...offer, id: actionId(offer.bytes) }))
    const checked = await this.#options.signatures.check(checks)
    const forged = new Set(good.filter((_, i) => checked[i] !== null))
    return offers.map((offer) => {
      if (typeof offer === 'string') return offer
      return forged.has(offer) ? 'FAULTY' : this.#pass(offer, peer)
    })
  }

  #pass(offer: Offer, peer: string): Passed {
    const { pool, era } = this.#options
    const result = pool.admit(offer, 'gossip', era(), peer)
    if (result.status === 'ADMITTED') for (const entry of result.entries) this.#store(entry)
    return result.status === 'REJECTED' ? 'REJECTED' : result.status
  }

  /** Resolves once everything admitted so far is durable or failed. */
  async idle(): Promise<void> {
    await this.#turn
    await this.#commits.idle()
  }

  #admitInTurn(offer: Offer): Promise<Admission> {
    const { pool, signatures, era } = this.#options
    const checked = signatures.check([{ ...offer, id: actionId(offer.bytes) }])
    const admitted = this.#turn.then(async (): Promise<Admission> => {
      const [bad] = await checked
      if (bad) return { status: 'REJECTED', rejection: bad }
      const result = pool.admit(offer, 'submit', era())
      // Queued in the same turn, so that actions admitted later, which may depend on this one, are written later.
      if (result.status === 'ADMITTED') for (const entry of result.entries) this.#store(entry)
      return result
    })
    this.#turn = admitted.catch(() => undefined)
    return admitted
  }

  #store(entry: PoolEntry): void {
    this.#options.events.emit('admitted', entry)
    const written = this.#commits.add(entry).then(
      () => {
        entry.durable = true
        this.#storing.delete(entry.hash)
      },
      (error) => {
        this.#storing.delete(entry.hash)
        throw error
      },
    )
    // `submit` awaits the same promise and sees the failure; nobody waits for entries that came out of the parked ones.
    written.catch(() => undefined)
    this.#storing.set(entry.hash, written)
  }

  /** Answers FINAL, and not a rejection, to a client that submits an action again after it became final. */
  async #rejected(hash: bigint, rejection: Rejection): Promise<SubmitReply> {
    const outcome = this.#options.pool.outcomes.get(hash)
    const isFinal = outcome?.status === 'FINAL' || (await this.#options.isFinal(hash))
    return isFinal
      ? { hash: fieldToHex(hash), status: 'FINAL' }
      : { hash: fieldToHex(hash), status: 'REJECTED', rejection }
  }
}
