/** Bytes that are looked at. */
const START = 4
const SAVE = 'save it as "CSV UTF-8"'

/** How files begin that are no CSV in UTF-8, though people take them for one. Texts of names and amounts do not begin like this. */
const BEGINNINGS: readonly (readonly [bytes: string, fault: string])[] = [
  ['1f8b', 'it is compressed with gzip: unpack it first'],
  ['504b0304', `it is a ZIP file, as .xlsx and .ods are: ${SAVE}`],
  ['d0cf11e0', `it is a workbook (.xls): ${SAVE}`],
  ['fffe', `it is UTF-16: ${SAVE}`],
  ['feff', `it is UTF-16: ${SAVE}`],
]

/** The bytes of a CSV. @throws what `refuse` makes of the reason if it is a file of another kind, or has no bytes */
export async function* unlessForeign(
  chunks: AsyncIterable<Buffer>,
  refuse: (reason: string) => Error,
): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (start === undefined) {
      yield chunk
      continue
    }
    start = Buffer.concat([start, chunk])
    if (start.length < START) continue
    const fault = faultOf(start)
    if (fault !== undefined) throw refuse(fault)
    yield start
    start = undefined
  }
  if (start === undefined) return
  if (start.length === 0) throw refuse('it is empty')
  yield start
}

function faultOf(bytes: Buffer): string | undefined {
  const start = bytes.toString('hex', 0, START)
  const known = BEGINNINGS.find(([beginning]) => start.startsWith(beginning))
  // A header without a byte-order mark: each of its letters has a byte that is 0.
  return known?.[1] ?? (bytes.subarray(0, START).includes(0) ? `it is UTF-16: ${SAVE}` : undefined)
}
