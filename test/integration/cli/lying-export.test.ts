import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { copyRows } from '../../../src/cli/commands/export.ts'
import { MAX_LINE_BYTES } from '../../../src/cli/commands/export-download.ts'
import { ndjsonEnd, ndjsonLine } from '../../../src/export/format.ts'
import { type EndlessAnswer, type EndlessServer, serveEndless } from '../../support/client/endless-server.ts'

/** Rows that are asked for at a time. */
const FIRST = 8
/** More than the buffers of a connection hold, at both of its ends. */
const BUFFERED = 16 * 1024 * 1024
const HEIGHT = 5
const headers = { 'inpigritas-chain': 'ab'.repeat(32), 'inpigritas-height': String(HEIGHT) }
let server: EndlessServer
let written: string[]
beforeAll(async () => {
  server = await serveEndless()
})
beforeEach(() => {
  written = []
  Object.assign(server, { sent: 0, requests: 0 })
})
afterAll(() => server.close())

/** What `ictl export` does with an api that answers so. */
function exported(answer: EndlessAnswer, atHeight?: number) {
  server.answer = { headers, ...answer }
  const target = {
    progress: undefined,
    write: async (text: string) => void written.push(text),
    verified: async () => {},
  }
  const query = { url: server.url, list: 'transfers' as const, filters: {} }
  return copyRows(query, target, { json: true, atHeight, partRows: FIRST })
}

const row = (key: number | string, more: object = {}) => ndjsonLine({ position: String(key), ...more })
const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => row(from + i)).join('')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
/** A part with an end that fits its rows, but for what is changed. */
const part = (text: string, change: object = {}) => {
  const count = text.split('\n').length - 1
  const end = { count, sha256: sha256(text), height: HEIGHT, after: count - 1, complete: true, ...change }
  return text + ndjsonEnd(end)
}
const once = (text: string): EndlessAnswer => ({ next: (i) => (i === 0 ? text : undefined) })
const refused = { code: 'EXPORT_DAMAGED' }

describe('ictl export with an api that lies', () => {
  it('takes what is true', async () => {
    const text = rows(0, FIRST)
    await exported(once(part(text)))
    expect(written.join('')).toBe(text)
  })

  it.each<[what: string, answer: EndlessAnswer]>([
    ['a row without end', { begin: '{"position":"' }],
    ['rows without end', { next: (i) => rows(1_000 * i, 1_000) }],
    ['the same row for ever', { next: () => row(3) }],
    ['empty lines for ever', { next: () => '\n' }],
    ['rows after the end', { ...once(part(rows(0, 2)) + row(2)) }],
    ['no rows, and that more follow', once(part('', { complete: false }))],
    ['fewer rows than were asked for, and that more follow', once(part(rows(0, 3), { complete: false }))],
    ['an end before its rows', once(part(rows(0, FIRST), { complete: false, after: FIRST - 2 }))],
    ['another count', once(part(rows(0, 3), { count: 4 }))],
    ['another digest', once(part(rows(0, 3), { sha256: sha256('') }))],
    ['a row that is no row', once(part('[]\n7\n'))],
    ['a cell that is no text', once(part(row(0, { note: { toString: 1 } })))],
    ['a row without a key', once(part('{"height":"1"}\n'))],
    ['an end that is no end', once('{"end":null}\n')],
    ['no chain', { ...once(part(rows(0, 1))), headers: { 'inpigritas-height': '5' } }],
  ])('takes no part with %s', async (_, answer) => {
    await expect(exported(answer)).rejects.toMatchObject(refused)
    expect(server.requests).toBe(1)
    expect(written.join('').split('\n').length - 1).toBeLessThanOrEqual(FIRST)
    expect(server.sent).toBeLessThan(BUFFERED)
  })

  it('takes no rows as of another block', async () => {
    await exported(once(part(rows(0, 2))), HEIGHT)
    await expect(exported(once(part(rows(0, 2))), HEIGHT + 1)).rejects.toMatchObject(refused)
  })

  it('takes a line as long as one may be, and no longer one', async () => {
    const line = (bytes: number) => row(0, { note: 'x'.repeat(bytes + 1 - row(0, { note: '' }).length) })
    expect(line(MAX_LINE_BYTES)).toHaveLength(MAX_LINE_BYTES + 1)
    await exported(once(part(line(MAX_LINE_BYTES))))
    await expect(exported(once(part(line(MAX_LINE_BYTES + 1))))).rejects.toMatchObject(refused)
  })

  it('does not wait for what follows the end, or for the end of a refusal', async () => {
    await exported({ begin: part(rows(0, 2)), isSilent: true })
    const refusal = exported({ status: 400, begin: '{"code":"' })
    await expect(refusal).rejects.toMatchObject({ code: 'EXPORT_REFUSED' })
    expect(server.sent).toBeLessThan(BUFFERED)
  })
})
