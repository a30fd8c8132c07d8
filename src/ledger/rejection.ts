/**
 * Every reason to reject an input: a stable code and one sentence. Logs, GraphQL, the control socket, docs/errors.md and
 * `ictl explain CODE` use the same codes. PROTOCOL.md, "Rejections".
 */
export const REJECTIONS = {
  // Encoding
  MALFORMED: 'The bytes or the JSON do not have the required format.',
  NOT_CANONICAL: 'The value has exactly one valid encoding, and this is a different one.',
  TOO_LARGE: 'The input exceeds the limit for its kind.',
  BAD_NUMBER: 'The number is not a plain decimal within its bounds.',
  BAD_ADDRESS: 'The text is not an address: inp1 and 58 more characters with a valid checksum.',
  BAD_DEFINITION: 'The definition of the asset breaks a rule of its format.',
  BAD_GENESIS: 'The genesis breaks a rule of its format.',
  BAD_PEERS: 'The list of peers breaks a rule of its format.',
  BAD_NOTE: 'The note exceeds 4,096 bytes of UTF-8 or contains a character that no text may contain.',
  // Keys and signatures
  BAD_KEY: 'The protocol does not allow this public key, or it is not written in its canonical form.',
  WRONG_SIGNER: 'The key belongs to another account than the one that must sign.',
  BAD_SIGNATURE: 'The signature was not made by this key over this action.',
  WRONG_PASSPHRASE: 'The passphrase does not open this key.',
  UNKNOWN_KEY: 'There is no key with this name.',
  KEY_EXISTS: 'There is already a key with this name.',
  BAD_NAME:
    'The name of a key has 1 to 64 letters, digits, dots, dashes and underscores, and is not MINT, RETIRED or an address.',
  // Rules of every action
  WRONG_CHAIN: 'The action was signed for another chain.',
  ERA_TOO_SOON:
    'The era of the action is not due: it is before the first era that a submission may name, or after the era of the block.',
  ERA_TOO_FAR: 'The era of the action is too far ahead.',
  ERA_EXPIRED: 'The action waited longer than its time to live.',
  QUOTA_EXCEEDED:
    'The account that registered the asset has used up its quota, or all accounts without a quota of their own have used up theirs.',
  HISTORY_FULL: 'The history tree has no leaf left for a new record.',
  OPENINGS_LIMIT: 'The signer has opened as many holdings in this block as the limit allows.',
  // Transfers
  BAD_AMOUNT: 'An amount is at least 1 and below 2^112.',
  SELF_TRANSFER: 'Sender and receiver are the same account.',
  TO_MINT: 'Nothing can be sent to the mint.',
  MINT_TO_RETIRED: 'Units cannot be retired before they are issued.',
  UNKNOWN_ASSET: 'No such asset is registered.',
  NOT_REINSTATABLE: 'The definition of this asset does not allow retired units to be reinstated.',
  NO_HOLDING: 'The sender has never held this asset.',
  STALE_START:
    "The action does not start at the sender's next unit: it was applied already, or other actions come first.",
  INSUFFICIENT_BALANCE: 'The balance is less than the amount.',
  COUNTER_OVERFLOW: 'The receiver has received as many units of this asset as a holding can count.',
  // Registration
  NOT_REGISTRAR: 'The genesis of this chain does not let this account register assets.',
  ASSET_EXISTS: 'This exact definition is registered already.',
  CODE_TAKEN: 'Another asset has this code.',
  NOT_RESERVED:
    'On this chain a code must be reserved before it is registered, and the issuer has no reservation of it with this salt, or it has expired.',
  NO_RESERVATIONS:
    'The genesis of this chain does not provide for reservations: codes are registered without.',
  RESERVATION_TOO_SOON: 'The registration names an era that is too soon after the reservation of its code.',
  UNKNOWN_RETIREMENT:
    'The definition is made from a transfer that is not a retirement on this chain, or that another asset was already made from.',
  FOREIGN_RETIREMENT: 'The definition is made from units that somebody else retired.',
  // Blocks
  BAD_BLOCK: 'The block does not follow from its parent by the rules.',
  TOO_MANY_RECORDS: 'The block has more actions than the genesis allows.',
  // Pool
  START_TAKEN: 'Another action in the pool already moves the same units.',
  POOL_FULL: 'The pool is full, and the sponsor or the signer of the action has its share of it.',
  REPLACED: 'Its signer put another action that starts at the same unit, with a later era, in its place.',
  NOT_READY: 'The node cannot accept actions yet.',
  // Import
  BAD_HEADER: 'The header of the CSV cannot be read, lacks a named column, or has it twice.',
  BAD_ROW: 'The row of the CSV cannot be read.',
  NOT_ISSUED: 'The row moves an asset that was never issued.',
  // Requests to the API
  BAD_REQUEST: 'The HTTP or WebSocket request is malformed.',
  METHOD_NOT_ALLOWED: 'This method is not allowed here.',
  UNSUPPORTED_MEDIA_TYPE:
    'The body of the request has a content type or a content encoding that is not accepted.',
  NOT_ACCEPTABLE: 'The request accepts none of the media types that the answer can have.',
  HEADERS_TOO_LARGE: 'The headers of the request are larger than allowed.',
  PERSISTED_QUERY_NOT_FOUND: 'This server has no document with this hash.',
  UNTRUSTED_DOCUMENT: 'This server runs only the documents of its manifest.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE:
    'The document does not have the operation to run, or does not say which one it is.',
  INTROSPECTION_OFF: 'This server does not describe its schema.',
  // Reading
  BAD_INPUT: 'An argument is missing, out of bounds, or contradicts another.',
  BAD_CURSOR: 'The cursor is damaged, or comes from another version or another query.',
  NOT_FOUND: 'It does not exist at this height.',
  NOT_AVAILABLE: 'This node cannot answer that yet.',
  HEIGHT_TOO_HIGH: 'No final block has this height yet.',
  REPLAY_TOO_LONG:
    'The subscription would replay more than the server allows. Read what is missing from /export or by queries, and subscribe from there.',
  HEIGHT_NOT_REACHED: 'The block that the request must see did not become final in time.',
  PAGE_TOO_LARGE: 'The page is longer than allowed.',
  QUERY_TOO_DEEP: 'The query nests deeper than allowed.',
  QUERY_TOO_COSTLY: 'The query could cost more than a single request may.',
  TOO_MANY_ALIASES: 'The query has more aliases than allowed.',
  TOO_MANY_TOKENS: 'The query is longer than allowed.',
  BODY_TOO_LARGE: 'The body of the request is larger than allowed.',
  TOO_MANY_REQUESTS: 'There are too many requests or subscriptions at once.',
  INPUT_TOO_DEEP: 'An argument nests lists and objects deeper than allowed.',
  RESPONSE_TOO_LARGE: 'The answer would be larger than allowed: ask for smaller pages or fewer fields.',
  TIMEOUT: 'The answer did not come in time.',
  FORBIDDEN: 'The request needs a token, and has none or a wrong one.',
  INTERNAL: 'The server failed; its log says why.',
  // Webhooks
  UNKNOWN_WEBHOOK: 'There is no webhook with this number.',
  TOO_MANY_WEBHOOKS: 'There are as many webhooks as a server allows.',
  // Proofs
  BAD_PROOF: 'The proof does not verify.',
  BAD_SIGNALS: 'The public signals are too few, too many, not canonical, or not those of the batch.',
  BAD_POINTS: 'A point of the proof is not canonical, not on the curve, outside the subgroup, or infinity.',
  BAD_VERIFICATION_KEY: 'The verification key is damaged or of another kind.',
  WRONG_VERIFICATION_KEY: 'The verification key is not the one that the chain pins.',
  NO_PHASE_TWO:
    'The verification key comes from a trusted setup without phase 2: anyone can forge proofs under it.',
  UNKNOWN_BATCH: 'There is no such batch.',
  NOTHING_TO_PROVE: 'There is no batch left to prove.',
} as const

export type RejectionCode = keyof typeof REJECTIONS

/** The facts behind a rejection, as JSON values. Integers that may be large are decimal strings. */
export type RejectionData = Readonly<Record<string, string | number | boolean>>

/** A rejection as data. A rejected input changes nothing. */
export interface Rejection {
  code: RejectionCode
  /** The code's sentence, followed by the data; texts that have commas or parentheses in them are in quotes. */
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
  const facts = Object.entries(plain).map(([name, value]) => `${name} ${setApart(value)}`)
  return {
    code,
    message: facts.length === 0 ? REJECTIONS[code] : `${REJECTIONS[code]} (${facts.join(', ')})`,
    data: plain,
  }
}

/** A fact as it is written among others: a text that would run into the next one is in quotes. */
const setApart = (fact: string | number | boolean) =>
  typeof fact === 'string' && /[,()"]/.test(fact) ? JSON.stringify(fact) : fact

/** Distinguishes a rejection from the result of a function that returns either. */
export function isRejection(value: object | null | undefined): value is Rejection {
  return value != null && 'code' in value && 'message' in value && 'data' in value
}

/** True for a code that this version knows. */
export function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(REJECTIONS, code)
}

/** Whether a transfer was refused because it starts behind units that, as far as is known, have not moved: what moves them may still be on its way. */
export function isAhead({ code, data }: { code: string; data: Readonly<Record<string, unknown>> }): boolean {
  const { expected, got } = data
  const areNumbers = [expected, got].every((value) => typeof value === 'string' && /^\d+$/.test(value))
  return code === 'STALE_START' && areNumbers && BigInt(got as string) > BigInt(expected as string)
}

/** Thrown by parsers of external input; carries the rejection. */
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
