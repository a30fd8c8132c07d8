/** Bytes from `first` up to, not including, `end`. */
export interface ByteRange {
  first: number
  end: number
}

/**
 * The bytes that a header `Range` asks for (RFC 9110, 14.1.2). One range is answered; several, other units and what is malformed are ignored, as
 * servers may.
 * @param bytes of the whole, at least 1
 * @returns undefined if there is no header that counts, 'none' if it asks for nothing that is there
 */
export function rangeIn(header: string | undefined, bytes: number): ByteRange | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '')
    return Number(last) === 0 ? 'none' : { first: Math.max(0, bytes - Number(last)), end: bytes }
  const end = last === '' ? bytes : Math.min(bytes, Number(last) + 1)
  if (last !== '' && Number(last) < Number(first)) return undefined
  return Number(first) >= bytes ? 'none' : { first: Number(first), end }
}
