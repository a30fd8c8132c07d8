import { describe, expect, it } from 'vitest'
import { encodeJson } from '../../../../src/api/budget/encode-json.ts'
import { Work } from '../../../../src/api/budget/work.ts'

const SAMPLES: unknown[] = [
  null,
  'text with "quotes" and ä',
  [],
  {},
  { a: undefined, b: null },
  { list: [], object: {}, nested: [[], [[1, 'two']], { three: { four: [4] } }] },
  [{ date: new Date(0) }, { a: 1, b: 'c' }, null, 1.5, true],
  Array.from({ length: 5_000 }, (_, i) => ({ i, text: 'x'.repeat(20), inner: { i } })),
]

describe('encoding in pieces', () => {
  it.each(SAMPLES.map((value) => [value]))('writes what JSON.stringify writes', async (value) => {
    expect(await encodeJson(value, new Work(10_000_000))).toBe(JSON.stringify(value))
  })

  it('counts bytes, not characters, and ends at the bound', async () => {
    const value = { texts: Array(10).fill('ä'.repeat(10_000)) }
    const bytes = Buffer.byteLength(JSON.stringify(value))
    expect(await encodeJson(value, new Work(bytes))).toBe(JSON.stringify(value))
    await expect(encodeJson(value, new Work(bytes - 1))).rejects.toMatchObject({
      extensions: { code: 'RESPONSE_TOO_LARGE', data: { max: bytes - 1 } },
    })
  })
})
