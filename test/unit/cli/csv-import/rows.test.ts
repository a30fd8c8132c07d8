import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type BadRow, type Columns, type Row, readRows } from '../../../../src/cli/csv-import/rows.ts'

const COLUMNS: Columns = { asset: 'item', from: 'from', to: 'to', time: 'when' }
const HEADER = 'item,when,from,to'

/** The rows of a text that arrives in chunks of so many bytes. */
async function read(text: string | Buffer, columns = COLUMNS, chunkBytes = 7): Promise<(Row | BadRow)[]> {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const rows: (Row | BadRow)[] = []
  for await (const row of readRows(chunks(), columns)) rows.push(row)
  return rows
}
const rejection = async (text: string | Buffer, columns?: Columns, chunkBytes?: number) => {
  const error = await read(text, columns, chunkBytes).then(
    () => undefined,
    (reason) => reason as { rejection: { code: string; data: Record<string, unknown> } },
  )
  return error?.rejection
}
const row = (number: number, asset: string, from: string, to: string, time: string) => ({
  number,
  asset,
  from,
  to,
  time,
  amount: '1',
  memo: undefined,
})

describe('rows of a CSV', () => {
  it.each([
    ['as it is', `${HEADER}\na,1,x,y\nb,2,y,z\n`],
    ['with a byte-order mark', `\ufeff${HEADER}\na,1,x,y\nb,2,y,z\n`],
    ['with CRLF', `${HEADER}\r\na,1,x,y\r\nb,2,y,z\r\n`],
    ['with quotes', `"item","when",from,to\n"a",1,"x",y\nb,"2",y,"z"\n`],
    ['with blanks after commas', 'item, when, from, to\na, 1, x, y\nb, 2,  y, z \n'],
    ['with no newline at the end', `${HEADER}\na,1,x,y\nb,2,y,z`],
    ['with empty lines', `${HEADER}\n\na,1,x,y\n\nb,2,y,z\n\n`],
    ['with semicolons', `\ufeff${HEADER.replaceAll(',', ';')}\r\na;1;"x";y\r\nb;2;y;z\r\n`],
    ['with tabs', `${HEADER.replaceAll(',', '\t')}\na\t1\t"x" \ty\nb\t2\ty\tz\n`],
    ['with a separator before the header', `\ufeffsep=,\r\n${HEADER}\r\na,1,x,y\r\nb,2,y,z\r\n`],
    ['with another one', `sep=;\n${HEADER.replaceAll(',', ';')}\na;1;x;y\nb;2;y;z\n`],
    ['with CR alone', `${HEADER}\ra,1,x,y\rb,2,y,z\r`],
  ])('are read %s', async (_, text) => {
    for (const chunkBytes of [1, 7, 1000])
      expect(await read(text, COLUMNS, chunkBytes)).toEqual([
        row(1, 'a', 'x', 'y', '1'),
        row(2, 'b', 'y', 'z', '2'),
      ])
  })

  it('keep commas, quotes and newlines inside quotes', async () => {
    expect(await read(`${HEADER}\n"a,b",1,"say ""x""","y\nz"\n`)).toEqual([
      row(1, 'a,b', 'say "x"', 'y\nz', '1'),
    ])
  })

  it('keep commas between semicolons, semicolons between commas, and empty cells between tabs', async () => {
    const columns = { asset: 'a', from: 'b', to: 'c', memo: 'd', time: 'e' }
    const cells = { asset: 'p,q', from: 'x', to: 'y;z', memo: undefined, time: '1' }
    expect(await read('a;"b";c;d;e\n"p,q";x;"y;z";;1\n', columns)).toMatchObject([cells])
    expect(await read('a,"b",c,d,e\n"p,q",x,y;z,,1\n', columns)).toMatchObject([cells])
    expect(await read('a\t"b"\tc\td\te\np,q\t"x"\t"y;z"\t\t"1"\n', columns)).toMatchObject([cells])
    expect(await read('"a;b;c;d";b;c\n1;x;y\n', { assetCode: 'G', from: 'b', to: 'c' })).toMatchObject([
      { from: 'x', to: 'y' },
    ])
  })

  it('may be of one asset, with amounts', async () => {
    const columns = { assetCode: 'GOLD', from: 'a', to: 'b', amount: 'n' }
    expect(await read('a,b,n\nx,y,12\n', columns)).toMatchObject([{ asset: 'GOLD', amount: '12' }])
  })

  it('are rejected when the header is missing, or lacks or repeats a column', async () => {
    expect(await rejection('item,from,to\na,x,y\n')).toMatchObject({
      code: 'BAD_HEADER',
      data: { line: 1, missing: 'when' },
    })
    expect(await rejection('item,when,from,to,from\n')).toMatchObject({
      code: 'BAD_HEADER',
      data: { twice: 'from' },
    })
  })

  const csv = Buffer.from(`${HEADER}\na,1,x,y\n`)
  const utf16 = Buffer.from(`\ufeff${csv}`, 'utf16le')
  it.each([
    ['of 0 bytes', Buffer.alloc(0), 'it is empty'],
    ['of empty lines', Buffer.from('\r\n\n\n'), 'it has only empty lines'],
    ['that is compressed', gzipSync(csv), 'it is compressed with gzip: unpack it first'],
    ['of a spreadsheet', Buffer.from('PK\x03\x04\x14\0'), 'it is a ZIP file, as .xlsx and .ods are'],
    ['of an older one', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'it is a workbook (.xls)'],
    ['in UTF-16, as Windows writes it', utf16, 'it is UTF-16'],
    ['in UTF-16, the other way around', Buffer.from(utf16).swap16(), 'it is UTF-16'],
    ['in UTF-16 without a mark', utf16.subarray(2), 'it is UTF-16'],
    ['of one line without an end', Buffer.alloc(1 << 20, 'x'), 'it has more than 65536 bytes'],
  ])('are none of a file %s, which is said', async (_, bytes, reason) => {
    for (const chunkBytes of [bytes.length < 100 ? 1 : 4_096, 65_536]) {
      const { code, data } = (await rejection(bytes, COLUMNS, chunkBytes))!
      expect([code, data.reason]).toEqual(['BAD_HEADER', expect.stringContaining(reason)])
    }
  })

  it('are none if there is only a header, or are shorter than what is looked at', async () => {
    expect(await read(`${HEADER}\n`)).toEqual([])
    expect(await read('a,b', { assetCode: 'G', from: 'a', to: 'b' })).toEqual([])
  })
})

describe('rows that cannot be read', () => {
  it.each<[string, string | Buffer, string]>([
    ['one cell', 'b\n', 'it has 1 cell, not 4'],
    ['too few cells', 'b,2,y\n', 'it has 3 cells, not 4'],
    ['too many cells', 'b,2,y,z,!\n', 'it has 5 cells, not 4'],
    ['a cell that is needed and empty', 'b,2,,z\n', 'from is empty'],
    ['a quote that is never closed', 'b,2,"y,z\n', 'a quote is not closed'],
    ['a quote inside a cell', 'b,2,y"y"y,z\n', 'it has a quote inside or behind a cell'],
    ['something behind a quote', 'b,2,"y"y,z\n', 'it has a quote inside or behind a cell'],
    ['an endless line', `b,2,y,${'z'.repeat(100_000)}\n`, 'it has more than 65536 bytes'],
    [
      'other bytes than UTF-8, in which two names could look alike',
      Buffer.of(98, 44, 50, 44, 0xe9, 44, 122, 10),
      'it is not UTF-8 (spreadsheets save as "CSV UTF-8")',
    ],
  ])('are bad alone, with the line number, if they have %s', async (_, bad, reason) => {
    const before = Buffer.from(`${HEADER}\na,1,x,y\n`)
    const text = Buffer.concat([before, Buffer.from(bad), Buffer.from('c,3,x,y\n')])
    expect(await read(text, COLUMNS, 1_000)).toEqual([
      row(1, 'a', 'x', 'y', '1'),
      { number: 2, line: 3, reason },
      row(3, 'c', 'x', 'y', '3'),
    ])
  })

  it('are bad in a time that grows with their length, whatever is behind a long quote', async () => {
    const text = `${HEADER}\na,1,"${'y'.repeat(60_000)}"y,z\nb,2,y,z\n`
    expect(await read(text, COLUMNS, 5_000)).toEqual([
      { number: 1, line: 2, reason: 'it has a quote inside or behind a cell' },
      row(2, 'b', 'y', 'z', '2'),
    ])
  })

  it('go on behind a quote that the next quote would close', async () => {
    expect(await read(`${HEADER}\na,1,"x,y\nb,2,y,"z"\nc,3,x,"y"\n`)).toEqual([
      { number: 1, line: 2, reason: 'a quote is not closed' },
      row(2, 'b', 'y', 'z', '2'),
      row(3, 'c', 'x', 'y', '3'),
    ])
  })

  it('have at most 64 KiB, also over several lines: a quote that stays open costs its line alone', async () => {
    const text = `${HEADER}\na,1,"x,y\n${'b,2,y,z\n'.repeat(10_000)}`
    const rows = await read(text, COLUMNS, 5_000)
    expect(rows.slice(0, 2)).toEqual([
      { number: 1, line: 2, reason: 'a quote is not closed' },
      row(2, 'b', 'y', 'z', '2'),
    ])
    expect(rows).toHaveLength(10_001)
  })
})
