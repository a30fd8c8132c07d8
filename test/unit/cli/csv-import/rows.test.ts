import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Columns, type Row, readRows } from '../../../../src/cli/csv-import/rows.ts'
import { UsageError } from '../../../../src/cli/failures.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-rows-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const COLUMNS: Columns = { asset: 'item', from: 'from', to: 'to', time: 'when' }
const HEADER = 'item,when,from,to'

async function read(text: string | Buffer, columns = COLUMNS): Promise<Row[]> {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, text)
  const rows: Row[] = []
  for await (const row of readRows(file, columns)) rows.push(row)
  return rows
}
const rejection = async (text: string | Buffer, columns?: Columns) => {
  const error = await read(text, columns).then(
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
  ])('are read %s', async (_, text) => {
    expect(await read(text)).toEqual([row(1, 'a', 'x', 'y', '1'), row(2, 'b', 'y', 'z', '2')])
  })

  it('keep commas, quotes and newlines inside quotes', async () => {
    expect(await read(`${HEADER}\n"a,b",1,"say ""x""","y\nz"\n`)).toEqual([
      row(1, 'a,b', 'say "x"', 'y\nz', '1'),
    ])
  })

  it('must be UTF-8: two names of other bytes could look alike', async () => {
    const text = Buffer.concat([
      Buffer.from(`${HEADER}\na,1,x,y\na,1,`),
      Buffer.of(0xe9),
      Buffer.from(',z\n'),
    ])
    expect(await rejection(text)).toMatchObject({ code: 'BAD_ROW', data: { line: 3, row: 2 } })
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
    expect(await rejection('')).toMatchObject({ code: 'BAD_HEADER' })
  })

  it.each([
    ['too few cells', 'b,2,y\n', 3],
    ['too many cells', 'b,2,y,z,!\n', 3],
    ['a cell that is needed and empty', 'b,2,,z\n', 3],
    ['a quote that is never closed', 'b,2,"y,z\n', 3],
    ['an endless line', `b,2,y,${'z'.repeat(100_000)}\n`, 3],
  ])('end at %s, with the line number', async (_, bad, line) => {
    const rejected = await rejection(`${HEADER}\na,1,x,y\n${bad}c,3,x,y\n`)
    expect(rejected?.code).toBe('BAD_ROW')
    expect(rejected?.data.line).toBeGreaterThanOrEqual(line)
    expect(rejected?.data.line).toBeLessThanOrEqual(line + 2)
  })

  it('name a file that cannot be read', async () => {
    const rows = readRows(join(folder, 'nothing.csv'), COLUMNS)
    await expect(rows.next()).rejects.toThrow(UsageError)
  })
})
