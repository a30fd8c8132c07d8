/**
 * Every way to refuse an input, in one place: a stable code with one sentence. The same in logs, on the wire, in
 * GraphQL, in the README's table and in `ictl explain CODE`. PROTOCOL.md, "Rejections".
 */
export const REJECTIONS = {
  // Encoding
  MALFORMED: 'The bytes or the JSON are not of the format required.',
  NOT_CANONICAL: 'The value has exactly one encoding, and this is another one.',
  TOO_LARGE: 'The input is over the limit for its kind.',
  BAD_NUMBER: 'The number is not a plain decimal within its bounds.',
  BAD_ADDRESS: 'The text is not an address: inp1 and 58 more characters with a right checksum.',
  BAD_DEFINITION: 'The definition of the asset breaks a rule of its format.',
  BAD_GENESIS: 'The genesis breaks a rule of its format.',
  BAD_PEERS: 'The list of peers breaks a rule of its format.',
  BAD_NOTE: 'The note is over 4,096 bytes of UTF-8 or holds a character that no text may hold.',
  // Keys and signatures
  BAD_KEY: 'The public key is not one that the protocol allows, or is not written in its one canonical form.',
  WRONG_SIGNER: 'The key belongs to another account than the one that must sign.',
  BAD_SIGNATURE: 'The signature is not one by this key over this action.',
  WRONG_PASSPHRASE: 'The passphrase does not open this key.',
  UNKNOWN_KEY: 'There is no key of this name here.',
  KEY_EXISTS: 'There is a key of this name already.',
  BAD_NAME: 'A name of a key is 1 to 64 letters, digits, dots, dashes and underscores.',
  // Rules of every action
  WRONG_CHAIN: 'The action was signed for another chain.',
  ERA_TOO_SOON:
    'The era of the action does not fit yet: it lies before the first that a submission may name, or after that of the block.',
  ERA_TOO_FAR: 'The era of the action lies too far ahead.',
  ERA_EXPIRED: 'The action waited longer than its time to live.',
  STATE_FULL: 'The state tree has no leaf left for a new holding.',
  HISTORY_FULL: 'The history tree has no leaf left for a new record.',
  OPENINGS_LIMIT: 'The signer has opened as many holdings as one may in one era.',
  // Transfers
  BAD_AMOUNT: 'An amount is at least 1 and below 2^112.',
  SELF_TRANSFER: 'Sender and receiver are the same account.',
  TO_MINT: 'Nothing can be sent to the mint.',
  MINT_TO_RETIRED: 'Units cannot be retired before they were issued.',
  UNKNOWN_ASSET: 'No such asset is registered.',
  NOT_REINSTATABLE: 'Retired units of this asset stay retired: its definition says so.',
  NO_HOLDING: 'The sender has never held this asset.',
  STALE_START:
    "The action does not begin at the sender's next unit: it was applied before, or others come first.",
  INSUFFICIENT_BALANCE: 'The balance is less than the amount.',
  COUNTER_OVERFLOW: 'The receiver has received as many units of this asset as a holding can count.',
  // Registration
  NOT_REGISTRAR: 'The genesis of this chain does not let this account register assets.',
  ASSET_EXISTS: 'This very definition is registered already.',
  CODE_TAKEN: 'Another asset has this code.',
  UNKNOWN_RETIREMENT: 'The definition is made from a transfer that is no retirement on this chain.',
  FOREIGN_RETIREMENT: 'The definition is made from units that somebody else retired.',
  RETIREMENT_USED: 'Another asset was made from this retirement already.',
  // Blocks
  BAD_BLOCK: 'The block does not follow from its parent by the rules.',
  TOO_MANY_RECORDS: 'The block has more actions than genesis allows.',
  // Pool
  START_TAKEN: 'Another action that moves the same units waits in the pool already.',
  POOL_FULL: 'The pool takes no more for now.',
  NOT_READY: 'The node cannot take actions yet.',
  // Import
  BAD_HEADER: 'The header of the CSV lacks a column that was named.',
  BAD_ROW: 'The row of the CSV cannot be read.',
  NOT_ISSUED: 'The row moves a thing that was never issued.',
  // Reading
  BAD_INPUT: 'An argument is missing, out of bounds, or contradicts another.',
  BAD_CURSOR: 'The cursor is damaged, of another version, or of another query.',
  NOT_FOUND: 'There is no such thing as of this height.',
  NOT_AVAILABLE: 'This node cannot answer that yet.',
  HEIGHT_TOO_HIGH: 'No final block has this height yet.',
  PAGE_TOO_LARGE: 'A page may not be that long.',
  QUERY_TOO_DEEP: 'The query nests deeper than allowed.',
  QUERY_TOO_COSTLY: 'The query may cost more than one request is allowed.',
  TOO_MANY_ALIASES: 'The query has more aliases than allowed.',
  TOO_MANY_TOKENS: 'The query is longer than allowed.',
  BODY_TOO_LARGE: 'The body of the request is larger than allowed.',
  TOO_MANY_REQUESTS: 'Too many requests or subscriptions at once.',
  TIMEOUT: 'The answer did not come in time; the action may still become final.',
  FORBIDDEN: 'The request needs a token, and it has none or a wrong one.',
  INTERNAL: 'The server failed; its log says why.',
  // Proofs
  BAD_PROOF: 'The proof does not verify.',
  BAD_SIGNALS: 'The public signals are too few, too many, not canonical, or not those of the batch.',
  BAD_POINTS: 'A point of the proof is not canonical, not on the curve, outside the subgroup, or infinity.',
  BAD_VERIFICATION_KEY: 'The verification key is damaged, or none of its kind.',
  WRONG_VERIFICATION_KEY: 'The verification key is another one than the chain pins.',
  NO_SECOND_PHASE:
    'The verification key comes from a trusted setup without phase 2: anyone can forge with it.',
  UNKNOWN_BATCH: 'There is no such batch.',
  NOTHING_TO_PROVE: 'There is no batch left to prove.',
} as const

export type RejectionCode = keyof typeof REJECTIONS

/** The facts behind a rejection, fit for JSON; integers that may be large are decimal strings. */
export type RejectionData = Readonly<Record<string, string | number | boolean>>

/** A rejection as data: it changes nothing, and the same input gets the same one everywhere. */
export interface Rejection {
  code: RejectionCode
  /** The code's sentence, with the data behind it. */
  message: string
  data: RejectionData
}

/** Builds a rejection; bigints in the data become decimal strings. */
export function reject(
  code: RejectionCode,
  data: Readonly<Record<string, string | number | boolean | bigint>> = {},
): Rejection {
  const plain = Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
  )
  const facts = Object.entries(plain).map(([name, value]) => `${name} ${value}`)
  return {
    code,
    message: facts.length === 0 ? REJECTIONS[code] : `${REJECTIONS[code]} (${facts.join(', ')})`,
    data: plain,
  }
}

/** Tells a rejection from the result that stands in for it. */
export function isRejection(value: object | null | undefined): value is Rejection {
  return value != null && 'code' in value && 'message' in value && 'data' in value
}

/** True for a code that this version knows. */
export function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(REJECTIONS, code)
}

/** Thrown by parsers at the border; carries the rejection. */
export class RejectionError extends Error {
  readonly rejection: Rejection

  constructor(rejection: Rejection) {
    super(rejection.message)
    this.name = 'RejectionError'
    this.rejection = rejection
  }
}

/** Throws `RejectionError`. */
export function throwRejection(...args: Parameters<typeof reject>): never {
  throw new RejectionError(reject(...args))
}
