import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../../src/explorer/verify/code.ts'
import { parseKept, standingOf } from '../../../../src/explorer/verify/trust.ts'

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)]
const kept = { chain: A, name: 'chain', since: '2031-05-01T00:00:00.000Z', pinned: false }

describe('the trust in a genesis', () => {
  it.each([
    ['none', undefined, undefined],
    ['first', undefined, A],
    ['same', kept, A],
    ['unshown', kept, undefined],
    ['differs', kept, B],
    ['pinned', { ...kept, pinned: true }, A],
    ['pinned', { ...kept, pinned: true }, undefined],
    ['differsFromPinned', { ...kept, pinned: true }, B],
  ] as const)('%s', (standing, before, served) => {
    expect(standingOf(before, served)).toBe(standing)
  })

  it('is kept as text, and anything else is nothing', () => {
    expect(parseKept(JSON.stringify(kept))).toEqual(kept)
    for (const text of [
      null,
      '',
      '{',
      'null',
      '[]',
      JSON.stringify({ ...kept, chain: 'x' }),
      JSON.stringify({ ...kept, since: 'x' }),
    ])
      expect(parseKept(text)).toBeUndefined()
  })
})

describe('a scanned code', () => {
  const origin = 'https://here.example'
  it.each([
    [`ni:///sha-256;${'A'.repeat(42)}E`, { kind: 'certificate', sha256: `${'0'.repeat(63)}1` }],
    ['https://here.example/asset/LOT-7?at=3', { kind: 'page', path: '/asset/LOT-7?at=3' }],
    ['https://id.gs1.org/01/09506000134352', { kind: 'link', href: 'https://id.gs1.org/01/09506000134352' }],
    ['https://here.example.evil.example/x', { kind: 'link', href: 'https://here.example.evil.example/x' }],
    ['javascript:alert(1)', { kind: 'text', text: 'javascript:alert(1)' }],
    ['https://', { kind: 'text', text: 'https://' }],
    [` ${'x'.repeat(20_000)}`, { kind: 'text', text: 'x'.repeat(8_191) }],
  ])('%s', (text, code) => {
    expect(codeOf(text, origin)).toEqual(code)
  })
})
