import { expect, it } from 'vitest'
import { assetLink } from '../../../src/standards/links.ts'

const link = (code: string, metadata: Record<string, string> = {}, unit?: bigint) =>
  assetLink({ code, metadata }, unit)

it('takes the web address that a code is, before the one of the metadata', () => {
  const digitalLink = 'https://id.example.com/01/09506000134352/10/A7'
  expect(link('https://example.com/lot/7', { digitalLink })).toBe('https://example.com/lot/7')
  expect(link('LOT-7', { digitalLink })).toBe(digitalLink)
  expect(link('LOT-7')).toBeUndefined()
  expect(link('LOT-7', { digitalLink: 'javascript:alert(1)' })).toBeUndefined()
  expect(link('LOT-7', { digitalLink: 'https://example.com/"><script>' })).toBeUndefined()
})

it('makes the GS1 Digital Link of a GTIN whose check digit is right', () => {
  expect(link('LOT-7', { gtin: '9506000134352', lot: 'A7' })).toBe(
    'https://id.gs1.org/01/09506000134352/10/A7',
  )
  expect(link('LOT-7', { gtin: '96385074' })).toBe('https://id.gs1.org/01/00000096385074')
  for (const gtin of ['9506000134353', '950600013435', '0', '', '95060001343520000'])
    expect(link('LOT-7', { gtin })).toBeUndefined()
  expect(link('LOT-7', { gtin: '9506000134352', lot: 'A/7' })).toBe('https://id.gs1.org/01/09506000134352')
})

it('names a unit by its serial number in a GS1 Digital Link that names none', () => {
  expect(link('LOT-7', { gtin: '9506000134352' }, 5n)).toBe('https://id.gs1.org/01/09506000134352/21/5')
  const digitalLink = 'https://id.example.com/01/09506000134352/21/9'
  expect(link('LOT-7', { digitalLink }, 5n)).toBe(digitalLink)
  expect(link('https://example.com/lot/7', {}, 5n)).toBe('https://example.com/lot/7')
})
