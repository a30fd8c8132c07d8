import type { NewAsset } from '../../client/types.ts'
import { fieldToHex, isField, R } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { SignedAction, SignedRegister, SignedTransfer } from '../../ledger/action.ts'
import { actionHashes } from '../../ledger/action-hash.ts'
import { assetIdOf, parseDefinition } from '../../ledger/definition.ts'
import { memoOf } from '../../ledger/note.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import type { EraClock } from './era-clock.ts'
import { type Deed, deedOf, type Journal, type Signed } from './journal.ts'
import { MINT_SIDE, type Move, RETIRED_SIDE, type Side } from './moves.ts'
import type { Parties, Party } from './parties.ts'
import type { Planner, Work } from './plan.ts'
import type { Row } from './rows.ts'

const NO_SIGNATURE = new Uint8Array()

/** A row to be sent, with its key. */
export interface Task {
  row: Row
  key: string
  /** Why it cannot be applied after the rows before it (`Planner.read`), if so. */
  verdict?: RejectionCode | undefined
}

/** An action before it is signed, and what belongs to it. */
export interface Draft {
  task: Task
  /** Code of the asset. */
  code: string
  deed: Deed
  /** Whether it is the last action of its row. */
  own: boolean
  signer: Party
  content: Unsigned
  note: string | undefined
  /** Undefined for a registration. */
  move: Move | undefined
}

type Unsigned =
  | Omit<SignedTransfer, 'publicKey' | 'signature'>
  | Omit<SignedRegister, 'publicKey' | 'signature'>

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
   * A row's actions, in order, as if they were applied already. `travelMs` is how long they may take to reach the node.
   * @throws RejectionError BAD_DEFINITION
   */
  draft(task: Task, { register, moves }: Work, travelMs: number): Draft[] {
    const { planner } = this.#options
    const code = planner.codeOf(task.row)
    const drafts: Draft[] = []
    if (register !== undefined) drafts.push(this.#register(task, code, register, travelMs))
    for (const [i, move] of moves.entries())
      drafts.push(this.#move(task, code, move, i === moves.length - 1, travelMs))
    return drafts
  }

  /** Signs what was drafted, all at once, which takes less time than one after the other. */
  sign(drafts: readonly Draft[]): Outgoing[] {
    const { poseidon, parties, journal } = this.#options
    const unsigned = drafts.map(
      ({ content, signer }): SignedAction => ({
        ...content,
        publicKey: signer.publicKey,
        signature: NO_SIGNATURE,
      }),
    )
    const hashes = actionHashes(poseidon, unsigned)
    const signatures = parties.signAll(drafts.map(({ signer }, i) => ({ party: signer, hash: hashes[i]! })))
    return drafts.map(({ task: { key }, code, deed, own, content, note, move }, i) => {
      const era = content.type === 'transfer' ? content.transfer.era : content.era
      const signed = { key, code, deed, own, era, hash: fieldToHex(hashes[i]!) }
      journal.sign(signed)
      return { action: { ...unsigned[i]!, signature: signatures[i]! }, note, move, signed }
    })
  }

  #register(task: Task, code: string, asset: NewAsset, travelMs: number): Draft {
    const { poseidon, parties, planner, clock } = this.#options
    const { issuer } = parties
    const { definition, id } = registrationOf(poseidon, issuer, asset)
    const deed = { id: fieldToHex(id), cap: definition.cap }
    const era = this.#eraOf(task, deed, travelMs)
    planner.assets.registered(code, { id, cap: BigInt(definition.cap) })
    const content = { type: 'register' as const, chainId: clock.chainId, definition, era }
    return { task, code, deed, own: false, signer: issuer, content, note: undefined, move: undefined }
  }

  #move(task: Task, code: string, move: Move, own: boolean, travelMs: number): Draft {
    const { parties, planner, clock } = this.#options
    const { from, to, fromStart, amount } = move
    const deed = deedOf(move)
    const note = own ? task.row.time : undefined
    const transfer = {
      chainId: clock.chainId,
      from: this.#accountOf(from),
      to: this.#accountOf(to),
      assetId: planner.assets.idOf(code),
      fromStart,
      amount,
      era: this.#eraOf(task, deed, travelMs),
      memo: memoFor(task.row, note),
    }
    planner.apply(code, move)
    const signer = typeof from === 'string' ? parties.of(from) : parties.issuer
    return { task, code, deed, own, signer, content: { type: 'transfer', transfer }, note, move }
  }

  #eraOf({ key }: Task, deed: Deed, travelMs: number): number {
    const { journal, clock } = this.#options
    return journal.eraOf(key, deed) ?? clock.nextEra(travelMs)
  }

  #accountOf(side: Side): bigint {
    if (side === MINT_SIDE) return MINT
    return side === RETIRED_SIDE ? RETIRED : this.#options.parties.of(side).account
  }
}

/** The definition of an asset, and its id. @throws RejectionError BAD_DEFINITION */
export function registrationOf(poseidon: Poseidon, issuer: Party, asset: NewAsset) {
  const definition = parseDefinition({ madeFrom: [], ...asset, issuer: fieldToHex(issuer.account) })
  return { definition, id: assetIdOf(poseidon, definition) }
}

/** A row's memo: a field element (64 hex digits) as it is, other text hashed; without a memo the note's hash, or 0 without a note. */
export function memoFor(row: Row, note: string | undefined): bigint {
  if (row.memo !== undefined) {
    const value = /^[0-9a-f]{64}$/.test(row.memo) ? BigInt(`0x${row.memo}`) : R
    return isField(value) ? value : memoOf(row.memo)
  }
  return note === undefined ? 0n : memoOf(note)
}
