import { equalBytes } from '../../codec/bytes.ts'
import type { Failure } from '../../config/failure.ts'
import type { SubmitReply, SubmittedAction } from '../../control/client.ts'
import { fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { actionId, decodeAction } from '../../ledger/action-codec.ts'
import { actionHashes } from '../../ledger/action-hash.ts'
import { checkNote } from '../../ledger/note.ts'
import { type Rejection, RejectionError } from '../../ledger/rejection.ts'
import type { PoolEntry } from '../../mempool/entry.ts'
import type { Admission, Pool } from '../../mempool/pool.ts'
import type { Clock } from '../../process/clock.ts'
import type { NodeEvents } from '../events.ts'
import { GroupCommit } from './group-commit.ts'
import { Housekeeping } from './housekeeping.ts'
import type { Signatures } from './signatures.ts'

/** Changes per write to the pool's table. */
const MAX_GROUP = 1000

/** What submissions work with. */
export interface SubmissionsOptions {
  clock: Clock
  poseidon: Poseidon
  pool: Pool
  signatures: Signatures
  /**
   * Forgets what left the pool, by hash, and then makes entries durable, all of them or none. It goes on trying while the database is away: the
   * others may have an entry already, so taking it out of the pool would let its sender sign another one in its place.
   */
  store(entries: PoolEntry[], gone: bigint[]): Promise<void>
  /** Why nothing can be stored at the moment, if so. */
  unavailable(): Failure | undefined
  /** Whether an action of this hash is in the history. */
  isFinal(hash: bigint): Promise<boolean>
  /** The era of now. */
  era(): number
  /** Emits `admitted` for every action that enters the pool, whoever brought it; the pool emits `left`. */
  events: NodeEvents
}

/**
 * What became of an action that a peer passed on. PARKED: the event `admitted`, `left` or `overtaken` follows. CROWDED: another peer may have room for it.
 * REJECTED: also one that is known with another signature. FAULTY and BAD_NOTE: no honest peer passes such an action on. An id does not cover the note, so a bad note says nothing about the action itself.
 */
export type Passed = Admission['status'] | 'FAULTY' | 'BAD_NOTE'

/** A change of the pool's table: an entry to store, or the hash of one to forget. */
type Change = PoolEntry | bigint

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
  readonly #commits: GroupCommit<Change>
  readonly #housekeeping: Housekeeping
  /** Entries admitted and not durable yet, with the write they wait for. */
  readonly #storing = new Map<bigint, Promise<void>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SubmissionsOptions) {
    this.#options = options
    const { clock, events, pool, era, store } = options
    this.#commits = new GroupCommit((changes) => store(...lastChanges(changes)), {
      clock,
      maxItems: MAX_GROUP,
      onFailed: (changes) => pool.withdraw(lastChanges(changes)[0].map(({ hash }) => hash)),
    })
    this.#housekeeping = new Housekeeping({ clock, pool, era, onAdmitted: (entry) => this.#store(entry) })
    // A block may hold the actions that parked ones were waiting for, and rule out others.
    events.on('committed', () => void this.#housekeeping.settled())
    // In the same queue as the entries, so that an action that is admitted again is stored after it was forgotten.
    events.on('left', ({ action }) => this.#commits.add(action.hash).catch(() => undefined))
  }

  /**
   * Resolves once the action is durable, final, parked or rejected. `hash` is empty if the bytes are not an action.
   * @throws Failure if it can't be stored at the moment: it is not in the pool then, and may be submitted again or signed anew
   */
  async submit(bytes: Uint8Array, note: string | undefined): Promise<SubmitReply> {
    const [reply] = await this.submitAll([{ bytes, note }])
    return reply!
  }

  /**
   * Submits actions in order; the signatures of all are checked at once. Resolves once each is durable, final, parked or rejected.
   * @throws Failure if one can't be stored at the moment: all may be submitted again
   */
  async submitAll(actions: readonly SubmittedAction[]): Promise<SubmitReply[]> {
    const read = this.#readAll(actions)
    const offers = read.filter((one) => 'action' in one)
    const failure = this.#options.unavailable()
    if (failure !== undefined && offers.some(({ hash }) => this.#options.pool.get(hash) === undefined))
      throw failure
    const admissions = await this.#admitInTurn(offers)
    let next = 0
    return Promise.all(read.map((one) => ('action' in one ? this.#replyTo(one, admissions[next++]!) : one)))
  }

  /** The decoded actions, or why one is none. */
  #readAll(actions: readonly SubmittedAction[]): (Offer | SubmitReply)[] {
    const decoded = actions.map(({ bytes }) => decoding(() => decodeAction(bytes)))
    const hashes = actionHashes(
      this.#options.poseidon,
      decoded.filter((one) => 'signature' in one),
    )
    let next = 0
    return decoded.map((action, i): Offer | SubmitReply => {
      if (!('signature' in action)) return { hash: '', status: 'REJECTED', rejection: action }
      const { bytes, note } = actions[i]!
      const hash = hashes[next++]!
      const badNote = note === undefined ? null : checkNote(note)
      if (badNote === null) return { action, hash, bytes, note }
      return { hash: fieldToHex(hash), status: 'REJECTED', rejection: badNote }
    })
  }

  /** Resolves once an admitted action is durable. */
  async #replyTo(offer: Offer, result: Admission): Promise<SubmitReply> {
    const hash = fieldToHex(offer.hash)
    if (result.status === 'REJECTED' || result.status === 'CROWDED')
      return this.#rejected(offer.hash, result.rejection)
    if (result.status === 'PARKED') return { hash, status: 'PARKED', rejection: result.rejection }
    await this.#storing.get(offer.hash)
    // It may have left while it was stored.
    const { pool } = this.#options
    const outcome = pool.get(offer.hash) === undefined && pool.outcomes.get(offer.hash)
    return outcome ? { hash, ...outcome } : { hash, status: 'ACCEPTED' }
  }

  /** Takes in the actions that a peer passed on; predecessors may come later. They are stored as well, because later submissions may depend on them. */
  async pass(actions: readonly Pick<Offer, 'bytes' | 'note'>[], peer: string): Promise<Passed[]> {
    const offers = this.#readAll(actions).map((one): Offer | 'FAULTY' | 'BAD_NOTE' => {
      if ('action' in one) return one
      return one.hash === '' ? 'FAULTY' : 'BAD_NOTE'
    })
    const good = offers.filter((offer) => typeof offer === 'object')
    const checks = good.map((offer) => ({ ...offer, id: actionId(offer.bytes) }))
    const checked = await this.#options.signatures.check(checks)
    const forged = new Set(good.filter((_, i) => checked[i] !== null))
    const results: Passed[] = []
    for (const offer of offers) {
      await this.#housekeeping.settled()
      if (typeof offer === 'string') results.push(offer)
      else results.push(forged.has(offer) ? 'FAULTY' : this.#pass(offer, peer))
    }
    return results
  }

  #pass(offer: Offer, peer: string): Passed {
    const { pool, era } = this.#options
    const result = pool.admit(offer, 'gossip', era(), peer)
    if (result.status === 'ADMITTED') for (const entry of result.entries) this.#store(entry)
    if (result.status !== 'KNOWN' && result.status !== 'PARKED') return result.status
    const known = result.status === 'KNOWN' ? result.entry : result.action
    if (known === offer) return 'PARKED'
    return equalBytes(known.bytes, offer.bytes) ? 'KNOWN' : 'REJECTED'
  }

  /** Resolves once everything admitted so far is durable or failed. */
  async idle(): Promise<void> {
    await this.#turn
    await this.#housekeeping.settled()
    await this.#commits.idle()
  }

  #admitInTurn(offers: readonly Offer[]): Promise<Admission[]> {
    const checked = this.#options.signatures.check(
      offers.map((offer) => ({ ...offer, id: actionId(offer.bytes) })),
    )
    const admitted = this.#turn.then(async () => {
      const faults = await checked
      const results: Admission[] = []
      for (const [i, offer] of offers.entries()) results.push(await this.#admit(offer, faults[i]!))
      return results
    })
    this.#turn = admitted.catch(() => undefined)
    return admitted
  }

  async #admit(offer: Offer, fault: Rejection | null): Promise<Admission> {
    if (fault) return { status: 'REJECTED', rejection: fault }
    const { pool, era } = this.#options
    await this.#housekeeping.settled()
    const result = pool.admit(offer, 'submit', era())
    // Queued in the same turn, so that actions admitted later, which may depend on this one, are written later.
    if (result.status === 'ADMITTED') for (const entry of result.entries) this.#store(entry)
    return result
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

function decoding(decode: () => SignedAction): SignedAction | Rejection {
  try {
    return decode()
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection
    throw error
  }
}

/** The entries to store and the hashes to forget first. Of several changes of one hash, the last one counts. */
function lastChanges(changes: readonly Change[]): [entries: PoolEntry[], gone: bigint[]] {
  const entries = new Map<bigint, PoolEntry>()
  const gone = new Set<bigint>()
  for (const change of changes) {
    if (typeof change === 'bigint') {
      entries.delete(change)
      gone.add(change)
    } else entries.set(change.hash, change)
  }
  return [[...entries.values()], [...gone]]
}
