import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const corpus: { certificates: { file: string; code: string | null }[] } = JSON.parse(
  read('test/vectors/certificates/index.json'),
)
const validate = new Ajv({ strict: false }).compile(JSON.parse(read('docs/certificate.schema.json')))

/** Whether the schema accepts a file; undefined if it is no JSON. */
function accepts(file: string): boolean | undefined {
  try {
    return validate(JSON.parse(read(`test/vectors/certificates/${file}`)))
  } catch {
    return undefined
  }
}

describe('the JSON schema of certificates', () => {
  it('accepts every certificate that is well formed, whatever else is wrong with it', () => {
    const wellFormed = corpus.certificates.filter(
      ({ code }) => !['MALFORMED', 'TOO_LARGE', 'OTHER_VERSION', 'NOT_CANONICAL'].includes(code ?? ''),
    )
    expect(wellFormed.length).toBeGreaterThan(50)
    expect(wellFormed.filter(({ file }) => accepts(file) !== true)).toEqual([])
  })

  it('refuses those whose form is wrong, apart from what a schema cannot say', () => {
    const malformed = corpus.certificates.filter(
      ({ code }) => code === 'MALFORMED' || code === 'OTHER_VERSION',
    )
    const accepted = malformed.map(({ file }) => file).filter((file) => accepts(file) === true)
    const named = (...stems: string[]) => stems.map((stem) => `${stem}.json`)
    expect(accepted.sort()).toEqual(
      [
        ...named('not-utf8', 'overlong-utf8', 'duplicate-property', 'lone-surrogate'), // texts
        ...named('height-above-48-bits', 'offset-above-120-bits', 'holding-above-32-bits'), // exact bounds
        ...named('counter-above-120-bits', 'field-order', 'sibling-field-order', 'siblings-31-bytes'),
        ...named('records-swapped', 'record-twice', 'holdings-swapped', 'holding-twice'), // order
        ...named('header-short', 'header-long', 'header-version', 'action-other-chain'), // what bytes say
        ...named('action-truncated', 'action-long', 'action-empty', 'action-unknown-type'),
        ...named('genesis-record-with-action', 'record-without-action'), // the chain
        ...named('history-missing', 'history-none', 'history-too-many'),
        ...named('state-size-more', 'state-missing', 'state-too-many'),
      ].sort(),
    )
    expect(malformed.length - accepted.length).toBeGreaterThan(40)
  })
})
