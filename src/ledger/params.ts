/** Widths and limits of the ledger. PROTOCOL.md, "Numbers and limits". */

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
/** Retirements one definition may be made from. */
export const MAX_MADE_FROM = 16
/** Bytes of a note, UTF-8. */
export const MAX_NOTE_BYTES = 4096
/** Bytes of an asset's canonical definition. */
export const MAX_DEFINITION_BYTES = 8192
/** Bytes of an encoded action: the longest definition, RSA key and signature, and room to spare. */
export const MAX_ACTION_BYTES = 10_240
/** Levels of the history tree (quaternary): 4^16 records. */
export const HISTORY_DEPTH = 16

/** The account units of an asset come from. */
export const MINT = 0n
/** The account retired units go to. */
export const RETIRED = 1n
