import { fieldToHex, isField, R } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { SignedAction } from '../../ledger/action.ts'
import { assetIdOf, parseDefinition } from '../../ledger/definition.ts'
import { registerHash, transferHash } from '../../ledger/hashes.ts'
import { memoOf } from '../../ledger/note.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { EraClock } from './era-clock.ts'
import type { Deed, Journal, Signed } from './journal.ts'
import type { Parties } from './parties.ts'
import { MINT_SIDE, type Move, type Planner, RETIRED_SIDE, type Side, type Work } from './plan.ts'
import type { Row } from './rows.ts'

/** A row to be sent, with its key. */
export interface Task {
  row: Row
  key: string
}

/** A signed action, what it does, and the note that goes with it. */
export interface Outgoing {
  action: SignedAction
  note: string | undefined
  /** Undefined for a registration. */
  move: Move | undefined
  signed: Signed
}

interface SignerOptions {
  poseidon: Poseidon
  parties: Parties
  planner: Planner
  journal: Journal
  clock: EraClock
}

/** Signs the actions of rows, and notes them in the journal. A row gives the same action again until the journal has forgotten it. */
export class RowSigner {
  readonly #options: SignerOptions

  constructor(options: SignerOptions) {
    this.#options = options
  }

  /**
   * A row's actions, signed, in order, as if they were applied already. `travelMs` is how long they may take to reach the node.
   * @throws RejectionError BAD_DEFINITION
   */
  sign(task: Task, { register, moves }: Work, travelMs: number): Outgoing[] {
    const { planner } = this.#options
    const code = planner.codeOf(task.row)
    const outgoing: Outgoing[] = []
    if (register !== undefined) outgoing.push(this.#register(task, code, register, travelMs))
    for (const [i, move] of moves.entries()) {
      const isOwn = i === moves.length - 1
      outgoing.push(this.#move(task, code, move, isOwn, travelMs))
    }
    return outgoing
  }

  #register(task: Task, code: string, asset: NonNullable<Work['register']>, travelMs: number): Outgoing {
    const { poseidon, parties, planner, clock } = this.#options
    const definition = parseDefinition({ madeFrom: [], ...asset, issuer: fieldToHex(parties.issuer.account) })
    const id = assetIdOf(poseidon, definition)
    const deed = { id: fieldToHex(id), cap: definition.cap }
    const era = this.#eraOf(task, deed, travelMs)
    const { chainId } = clock
    const hash = registerHash(poseidon, chainId, id, era)
    const action = {
      type: 'register' as const,
      chainId,
      definition,
      era,
      ...parties.sign(parties.issuer, hash),
    }
    planner.registered(code, { id, cap: BigInt(definition.cap) })
    return {
      action,
      note: undefined,
      move: undefined,
      signed: this.#note(task, code, deed, false, era, hash),
    }
  }

  #move(task: Task, code: string, move: Move, own: boolean, travelMs: number): Outgoing {
    const { poseidon, parties, planner, clock } = this.#options
    const { from, to, fromStart, amount } = move
    const deed = { from, to, start: fromStart.toString(), amount: amount.toString() }
    const era = this.#eraOf(task, deed, travelMs)
    const note = own ? task.row.time : undefined
    const transfer = {
      chainId: clock.chainId,
      from: this.#accountOf(from),
      to: this.#accountOf(to),
      assetId: planner.idOf(code),
      fromStart,
      amount,
      era,
      memo: memoFor(task.row, note),
    }
    const hash = transferHash(poseidon, transfer)
    const signer = typeof from === 'string' ? parties.of(from) : parties.issuer
    planner.apply(code, move)
    const action = { type: 'transfer' as const, transfer, ...parties.sign(signer, hash) }
    return { action, note, move, signed: this.#note(task, code, deed, own, era, hash) }
  }

  #eraOf({ key }: Task, deed: Deed, travelMs: number): number {
    const { journal, clock } = this.#options
    return journal.eraOf(key, deed) ?? clock.nextEra(travelMs)
  }

  #note({ key }: Task, code: string, deed: Deed, own: boolean, era: number, hash: bigint): Signed {
    const signed = { key, code, deed, own, era, hash: fieldToHex(hash) }
    this.#options.journal.sign(signed)
    return signed
  }

  #accountOf(side: Side): bigint {
    if (side === MINT_SIDE) return MINT
    return side === RETIRED_SIDE ? RETIRED : this.#options.parties.of(side).account
  }
}

/** A row's memo: a field element (64 hex digits) as it is, other text hashed; without a memo the note's hash, or 0 without a note. */
function memoFor(row: Row, note: string | undefined): bigint {
  if (row.memo !== undefined) {
    const value = /^[0-9a-f]{64}$/.test(row.memo) ? BigInt(`0x${row.memo}`) : R
    return isField(value) ? value : memoOf(row.memo)
  }
  return note === undefined ? 0n : memoOf(note)
}
