import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../../src/explorer/verify/code.ts'

const ORIGIN = 'https://ledger.example'

describe('a scanned code', () => {
  it('names a certificate by its hash', () => {
    const code = `ni:///sha-256;${'A'.repeat(42)}E`
    expect(codeOf(code, ORIGIN)).toEqual({ kind: 'certificate', sha256: `${'0'.repeat(62)}01` })
  })

  it.each([
    [`${ORIGIN}/asset/LOT-7?way=forward`, { kind: 'page', path: '/asset/LOT-7?way=forward' }],
    ['https://other.example/a', { kind: 'link', href: 'https://other.example/a' }],
    ['javascript:alert(1)', { kind: 'text', text: 'javascript:alert(1)' }],
    ['data:text/html,x', { kind: 'text', text: 'data:text/html,x' }],
  ])('says where it leads: %s', (text, code) => {
    expect(codeOf(text, ORIGIN)).toEqual(code)
  })

  it.each([
    `${ORIGIN}@other.example/asset/LOT-7`,
    `https://shop.example%2F${'a'.repeat(200)}@other.example/`,
    'https://user:secret@other.example/',
    'https://:secret@other.example/',
  ])('is no link if it has the name of a user, which seems to be a host: %s', (text) => {
    expect(codeOf(text, ORIGIN)).toEqual({ kind: 'text', text })
  })

  it.each([
    `${ORIGIN}//other.example/a`,
    `${ORIGIN}/\\other.example/a`,
    `${ORIGIN}\\\\other.example`,
    `${ORIGIN}/.//other.example`,
  ])('is no page of this explorer if its link would lead elsewhere: %s', (text) => {
    const code = codeOf(text, ORIGIN)
    if (code.kind === 'page') expect(new URL(code.path, ORIGIN).origin).toBe(ORIGIN)
    else expect(code.kind).toBe('link')
  })
})
