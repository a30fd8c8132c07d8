/**
 * Columns for `unnest($1::bigint[], ...)`, which inserts many rows far faster than one parameter per value. They are written as Postgres
 * array literals, because postgres.js guesses the type of an array from its first element, and cannot do so before its first query.
 */
const literal = (items: readonly string[]) => `{${items.join(',')}}`

/** For bigint[], integer[], smallint[] and numeric(39,0)[]. */
export function numbers(values: readonly (number | bigint | null)[]): string {
  return literal(values.map((value) => (value === null ? 'NULL' : value.toString())))
}

/** For bytea[]. */
export function bytes(values: readonly (Uint8Array | null)[]): string {
  return literal(values.map((value) => (value === null ? 'NULL' : `"\\\\x${hex(value)}"`)))
}

/** Ten times as fast as a loop over the bytes. */
const hex = (x: Uint8Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex')

/** For text[]. */
export function texts(values: readonly (string | null)[]): string {
  return literal(values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)))
}

/** For boolean[]. */
export function booleans(values: readonly boolean[]): string {
  return literal(values.map((value) => (value ? 't' : 'f')))
}

/** Reads a stored field element: 32 big-endian bytes. */
export function toField(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`)
}
