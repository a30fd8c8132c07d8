// Widths and limits of the ledger. PROTOCOL.md, "Numbers and limits".

/** An amount is 1 <= amount < 2^112. */
export const AMOUNT_BITS = 112
/** A counter (inTotal, outTotal, fromStart, toStart) is below 2^120. */
export const COUNTER_BITS = 120
/** An era, in transfers and blocks, is below 2^48. */
export const ERA_BITS = 48
export const MAX_AMOUNT = (1n << 112n) - 1n
export const MAX_COUNTER = (1n << 120n) - 1n
export const MAX_ERA = 2 ** 48 - 1
export const MAX_DECIMALS = 255
/** Maximum number of retirements in a definition's madeFrom. */
export const MAX_MADE_FROM = 16
/** Maximum size of a note in bytes of UTF-8. */
export const MAX_NOTE_BYTES = 4096
/** Maximum size of a canonical definition in bytes. */
export const MAX_DEFINITION_BYTES = 8192
/** Maximum size of an encoded action in bytes: the longest definition, RSA key and signature, with room to spare. */
export const MAX_ACTION_BYTES = 10_240
/** Levels of the history tree (quaternary): 4^16 records. */
export const HISTORY_DEPTH = 16

/** The account from which the units of an asset are issued. */
export const MINT = 0n
/** The account to which retired units go. */
export const RETIRED = 1n
