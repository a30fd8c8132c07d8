import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { drawTrace, type Traced } from '../../../src/cli/draw-trace.ts'
import { addNames, nameLookup } from '../../../src/cli/files/names.ts'
import { print, table } from '../../../src/cli/output.ts'
import { visible, visibleJson } from '../../../src/codec/visible.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

/** Each kind of what a terminal acts on or what it does not show, with how it is shown. */
const UNSAFE: [string, string][] = [
  ['\u001b[31m', '\\u{1b}[31m'],
  ['\u001b]0;pwned\u0007', '\\u{1b}]0;pwned\\u{7}'],
  ['\u009b31m', '\\u{9b}31m'],
  ['a\nOK', 'a\\u{a}OK'],
  ['a\rb\tc\bd', 'a\\u{d}b\\u{9}c\\u{8}d'],
  ['\u0000\u007f', '\\u{0}\\u{7f}'],
  ['\u202ecod\u202c', '\\u{202e}cod\\u{202c}'],
  ['\u2066a\u2069\u200e\u200f\u061c', '\\u{2066}a\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
  ['\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['al\u200bice\u00ad\u2060\ufeff', 'al\\u{200b}ice\\u{ad}\\u{2060}\\u{feff}'],
  ['\ud800', '\\u{d800}'],
]

describe('a text of others', () => {
  it.each(UNSAFE)('is one visible line (%j)', (text, shown) => {
    expect(visible(text)).toBe(shown)
    expect(JSON.parse(visibleJson(JSON.stringify({ text })))).toEqual({ text })
    expect(visible(visibleJson(JSON.stringify(text)))).toBe(visibleJson(JSON.stringify(text)))
  })

  it.each(['Café № 1', '日本酒', 'مرحبا', '👩\u200d🌾 farm', 'می\u200cخواهم', '\\u{1b}'])(
    '%s stays as it is',
    (text) => expect(visible(text)).toBe(text),
  )

  it('keeps its value as JSON, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(visibleJson(JSON.stringify([text], null, 2)))).toEqual([text])
      }),
    )
  })

  it('is safe in a table before the columns are aligned', () =>
    expect(
      table([
        ['\u001b', 'x'],
        ['1234567', 'y'],
      ]),
    ).toEqual(['\\u{1b}   x', '1234567  y']))
})

it('src/cli writes to the standard streams in output.ts alone', () => {
  const root = fileURLToPath(new URL('../../../src/cli/', import.meta.url))
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  )
  expect(files.length).toBeGreaterThan(40)
  const writers = files.filter((path) =>
    /\bconsole\.|process\.std(out|err)\.(write|on\b|end)/.test(readFileSync(root + path, 'utf8')),
  )
  expect(writers).toEqual(['output.ts'])
})

it('a name from an import is served by the api as visible text', async () => {
  const root = testFolder('names')
  await addNames(root, { [encodeAddress(5n)]: '\u001b[31m\u202eroaster\u0007' })
  expect(nameLookup(root).nameOf(5n)).toBe('\\u{1b}[31m\\u{202e}roaster\\u{7}')
  rmSync(root, { recursive: true })
})

it('a trace shows names, codes and notes of others without what a terminal acts on', () => {
  const evil = '\u001b[31m\u202e\nOK\u009b'
  const party = { address: evil, name: evil }
  const asset = { code: evil, decimals: 0, name: evil, custody: evil, madeFrom: [] }
  const transfer = {
    ...{ hash: '0', kind: 'TRANSFER', position: '1', timestamp: '2030-01-31T12:00:00.000Z' },
    ...{ from: party, to: party, note: evil, asset },
  }
  const trace: Traced = {
    ...{ height: '1', truncated: false, hops: [{ length: '1', unit: '0', depth: 1, transfer }] },
    origins: [{ length: '1', serialFrom: '0', transfer }],
    holders: [{ length: '1', account: party, asset }],
  }
  let written = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += text
    return true
  })
  for (const line of drawTrace(trace, 'BACKWARD')) print(line)
  write.mockRestore()
  expect(written.split('\n')).toHaveLength(8)
  expect(written).toContain('\\u{1b}[31m\\u{202e}\\u{a}OK\\u{9b}')
  expect(written).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
})
