import { expect, it } from 'vitest'
import { labelLinks } from '../../../../src/explorer/label/link.ts'

it('leads to the journey of an asset or a unit, and to the web address of the issuer if there is one', () => {
  const asset = { code: 'LOT/7', metadata: {} }
  expect(labelLinks(asset, undefined, 'https://here.example')).toEqual({
    digitalLink: undefined,
    journey: 'https://here.example/asset/LOT%2F7',
  })
  const traded = { code: 'LOT/7', metadata: { gtin: '9506000134352' } }
  expect(labelLinks(traded, 3n, 'https://here.example')).toEqual({
    digitalLink: 'https://id.gs1.org/01/09506000134352/21/3',
    journey: 'https://here.example/asset/LOT%2F7/unit/3',
  })
})
