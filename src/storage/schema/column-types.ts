import { sql } from 'drizzle-orm'
import { bigint, customType } from 'drizzle-orm/pg-core'

/** Bytes, as a plain Uint8Array. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
/** An amount or a counter: up to 2^120, never a JavaScript number. */
export const units = customType<{ data: bigint; driverData: bigint }>({ dataType: () => 'numeric(39,0)' })
/** Text that is compared byte by byte, whatever the database's locale, so that an index finds prefixes. */
export const binaryText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
})
/** A position, a height or another counter below 2^53. */
export const safeInteger = (name: string) => bigint(name, { mode: 'number' })

/** The most units that a record moves, and the most that a counter reaches. */
export const MAX_AMOUNT = sql.raw((2n ** 112n - 1n).toString())
export const MAX_COUNTER = sql.raw((2n ** 120n - 1n).toString())
