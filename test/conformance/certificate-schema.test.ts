import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const corpus: { certificates: { file: string; code: string | null }[] } = JSON.parse(
  read('test/vectors/certificates/index.json'),
)
const validate = new Ajv({ strict: false }).compile(JSON.parse(read('docs/certificate.schema.json')))

/** Beginnings of the names of files whose fault a schema cannot see. */
const BEYOND = [
  ...['not-utf8', 'overlong-utf8', 'duplicate-property', 'lone-surrogate'], // of the text
  ...['height-above', 'offset-above', 'holding-above', 'counter-above', 'field-order', 'sibling'], // exact bounds
  ...['records-swapped', 'record-twice', 'holdings-swapped', 'holding-twice', 'keys-', 'key-not-there'], // order
  ...['header-', 'later-header-', 'finality-', 'action-'], // what bytes say
  ...['genesis-record-', 'record-without-action', 'history-', 'state-', 'circle', 'record-era'], // the chain
  'note-too-long', // bytes of a text
]

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
    expect(accepted.filter((file) => !BEYOND.some((stem) => file.startsWith(stem)))).toEqual([])
    expect(malformed.length - accepted.length).toBeGreaterThan(40)
  })
})
