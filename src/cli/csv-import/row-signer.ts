import { signed } from '../../client/client.ts'
import { fieldToHex, isField, R } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { SignedAction, SignedRegister, SignedTransfer } from '../../ledger/action.ts'
import type { AssetDefinition } from '../../ledger/asset.ts'
import { assetIdOf, parseDefinition } from '../../ledger/definition.ts'
import { memoOf } from '../../ledger/note.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { EraClock } from './era-clock.ts'
import type { Journal } from './journal.ts'
import type { Parties } from './parties.ts'
import { MINT_SIDE, type Move, RETIRED_SIDE, type Work } from './plan.ts'
import type { Row } from './rows.ts'
import type { Outgoing } from './send.ts'

/** A row to be sent, with its plan. */
export interface Task {
  row: Row
  plan: Work
}

/** Signs the actions of rows. A row gives the same actions each time, unless the journal has a new era for one of them. */
export class RowSigner {
  readonly #poseidon: Poseidon
  readonly #parties: Parties
  readonly #journal: Journal
  readonly #clock: EraClock
  readonly #definitions = new Map<string, { definition: AssetDefinition; id: bigint }>()

  constructor(poseidon: Poseidon, parties: Parties, journal: Journal, clock: EraClock) {
    this.#poseidon = poseidon
    this.#parties = parties
    this.#journal = journal
    this.#clock = clock
  }

  /** Sets the definition of an asset, by its value in the file. Must come before `sign` of its rows. @throws RejectionError BAD_DEFINITION */
  define(value: string, asset: NonNullable<Work['register']>): void {
    if (this.#definitions.has(value)) return
    const issuer = fieldToHex(this.#parties.issuer.account)
    const definition = parseDefinition({ madeFrom: [], ...asset, issuer })
    this.#definitions.set(value, { definition, id: assetIdOf(this.#poseidon, definition) })
  }

  /** A row's actions, signed, in order. `travelMs` is how long they may take to reach the node. */
  async sign({ row, plan }: Task, travelMs: number): Promise<Outgoing[]> {
    const { definition, id: assetId } = this.#definitions.get(row.asset)!
    const { chainId } = this.#clock
    const { key, publicKey } = this.#parties.issuer
    const outgoing: Outgoing[] = []
    const era = () => this.#journal.eraOf(row.number, outgoing.length, () => this.#clock.nextEra(travelMs))
    if (plan.register) {
      const content = { type: 'register' as const, chainId, definition, era: era() }
      outgoing.push({
        action: await signed<SignedRegister>(this.#poseidon, key, content, publicKey),
        note: undefined,
      })
    }
    for (const [i, move] of plan.moves.entries()) {
      const note = i === plan.moves.length - 1 ? row.time : undefined
      const action = await this.#signMove(move, { chainId, assetId, era: era(), memo: memoFor(row, note) })
      outgoing.push({ action, note })
    }
    return outgoing
  }

  #signMove(
    { from, to, fromStart, amount }: Move,
    rest: { chainId: bigint; assetId: bigint; era: number; memo: bigint },
  ): Promise<SignedAction> {
    const party = typeof from === 'string' ? this.#parties.of(from) : this.#parties.issuer
    const account = from === MINT_SIDE ? MINT : from === RETIRED_SIDE ? RETIRED : party.account
    const receiver = to === RETIRED_SIDE ? RETIRED : this.#parties.of(to as string).account
    const transfer = { ...rest, from: account, to: receiver, fromStart, amount }
    return signed<SignedTransfer>(this.#poseidon, party.key, { type: 'transfer', transfer }, party.publicKey)
  }
}

/** A row's memo: a field element (64 hex digits) as it is, other text hashed; without a memo the note's hash, or 0 without a note. */
function memoFor(row: Row, note: string | undefined): bigint {
  if (row.memo !== undefined && row.memo !== '') {
    const value = /^[0-9a-f]{64}$/.test(row.memo) ? BigInt(`0x${row.memo}`) : R
    return isField(value) ? value : memoOf(row.memo)
  }
  return note === undefined ? 0n : memoOf(note)
}
