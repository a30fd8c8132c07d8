import { concatBytes, utf8 } from '../codec/bytes.ts'
import { encodeAddress } from '../crypto/address.ts'
import { fieldFromHex, fieldToBytes } from '../crypto/field.ts'
import { h31 } from '../crypto/h31.ts'
import type { AssetDefinition } from './asset.ts'
import type { JsonReader } from './json-reader.ts'
import type { Overlay } from './overlay.ts'
import { type Rejection, reject } from './rejection.ts'
import type { Reservation, StateView } from './state.ts'

// A code that waits in a pool can be seen by anyone. Where the genesis says so, it must have been reserved long before, by a memo that
// does not show it. PROTOCOL.md, "Reservations".

/** The eras between a reservation and what uses it, from the genesis. */
export interface ReservationRules {
  /** A registration names an era at least this many eras after that of the block with the reservation. */
  delay: number
  /** And at most this many. */
  life: number
}

/** How many of an account's reservations count: the newest ones. */
export const MAX_RESERVATIONS = 8
/** The entry of a definition's metadata that has the salt. */
export const SALT_ENTRY = 'reservation'

const DOMAIN = utf8('inpigritas/reservation/v1')
/** H31 has 248 bits. The one above them tells a reservation from the hash of a note. */
const MARK = 1n << 248n
/** The memos that are reservations: from `first` up to, not including, `end`. */
export const RESERVATION_MEMOS = { first: MARK, end: 2n * MARK }
const MAX_DELAY = 100_000
const MAX_LIFE = 1_000_000

/** The memo that reserves a code for an issuer: 2^248 + H31(domain || issuer || length of the code (u8) || code || salt). */
export function reservationMemo(issuer: bigint, code: string, salt: string): bigint {
  const text = utf8(code)
  return MARK + h31(concatBytes(DOMAIN, fieldToBytes(issuer), Uint8Array.of(text.length), text, utf8(salt)))
}

/** Whether a memo has the form of a reservation. */
export function isReservation(memo: bigint): boolean {
  return memo >= RESERVATION_MEMOS.first && memo < RESERVATION_MEMOS.end
}

/** Keeps the reservation of a transfer, if it is one. Only accounts that have registered an asset have reservations, so that their number is bounded. */
export function keepReservation(state: Overlay, signer: bigint, { commitment, era }: Reservation): void {
  if (!isReservation(commitment) || state.usage(signer).assets === 0) return
  state.setReservations(signer, newest([{ commitment, era }, ...state.reservations(signer)]))
}

/** The reservations that count, of a list with the newest first. */
export function newest(reservations: readonly Reservation[]): readonly Reservation[] {
  return reservations.slice(0, MAX_RESERVATIONS)
}

/**
 * Checks that the issuer has reserved the code of a definition early enough for a registration that names `era`. The issuer's own address needs no
 * reservation: nobody else may use it as a code.
 */
export function checkReserved(
  state: Pick<StateView, 'reservations'>,
  definition: AssetDefinition,
  era: number,
  rules: ReservationRules | undefined,
): Rejection | null {
  const { code } = definition
  if (rules === undefined || code === encodeAddress(fieldFromHex(definition.issuer))) return null
  if (reservedIn(state, definition, era, rules) !== undefined) return null
  const eras = erasOf(state, definition).filter((reserved) => era < reserved + rules.delay)
  return eras.length === 0
    ? reject('NOT_RESERVED', { code })
    : reject('RESERVATION_TOO_SOON', { code, era, earliest: Math.min(...eras) + rules.delay })
}

/** The era of the oldest reservation that a registration which names `era` can use; undefined if there is none. */
export function reservedIn(
  state: Pick<StateView, 'reservations'>,
  definition: AssetDefinition,
  era: number,
  { delay, life }: ReservationRules,
): number | undefined {
  return erasOf(state, definition)
    .filter((reserved) => reserved + delay <= era && era <= reserved + life)
    .at(-1)
}

/** The eras in which the issuer reserved the code, the newest first. */
function erasOf(state: Pick<StateView, 'reservations'>, definition: AssetDefinition): number[] {
  const issuer = fieldFromHex(definition.issuer)
  const { [SALT_ENTRY]: salt } = definition.metadata
  if (salt === undefined) return []
  const sought = reservationMemo(issuer, definition.code, salt)
  return state
    .reservations(issuer)
    .filter(({ commitment }) => commitment === sought)
    .map(({ era }) => era)
}

/** Reads the reservations of a genesis; faults are those of the reader. */
export function parseReservations(reader: JsonReader, value: unknown): ReservationRules {
  const fields = reader.object(value, 'reservations', ['delay', 'life'])
  const delay = reader.integer(fields.delay, 'reservations.delay', 1, MAX_DELAY)
  return { delay, life: reader.integer(fields.life, 'reservations.life', delay, MAX_LIFE) }
}
