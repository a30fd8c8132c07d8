import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import { decodeHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { rsaKey, signTransfer } from '../../support/ledger/ledger-world.ts'
import { computeVectors, type RsaVector, rsaTransfer } from '../../support/ledger/protocol-vectors.ts'

type Vectors = ReturnType<typeof computeVectors>
type FileName = keyof Vectors

const FOLDER = new URL('../../vectors/protocol/', import.meta.url)
const PROTOCOL = new URL('../../../PROTOCOL.md', import.meta.url)

const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const textOf = (content: Vectors[FileName]) => `${JSON.stringify(content, null, 2)}\n`

/** UPDATE_VECTORS=1 writes all files, with a new RSA key. */
function update(): void {
  const key = rsaKey()
  const { signature } = signTransfer(key, rsaTransfer(key.publicKey))
  const vectors = computeVectors({
    publicKey: bytesToHex(key.publicKey.bytes),
    signature: bytesToHex(signature),
  })
  for (const [name, content] of Object.entries(vectors)) writeFileSync(new URL(name, FOLDER), textOf(content))
}

/** Names of all properties in a JSON value, nested ones included. */
function propertiesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const names = Array.isArray(value) ? [] : Object.keys(value)
  return [...names, ...Object.values(value).flatMap(propertiesIn)]
}

if (process.env.UPDATE_VECTORS === '1') update()

describe('the test vectors in test/vectors/protocol', () => {
  const { rsa } = JSON.parse(read('keys.json')) as { rsa: RsaVector }
  const computed = computeVectors(rsa)
  const files = Object.keys(computed) as FileName[]

  it.each(files)('%s has what the code computes', (name) => {
    expect(JSON.parse(read(name))).toEqual(computed[name])
    expect(read(name)).toBe(textOf(computed[name]))
  })

  it('are all checked: the folder has no other JSON file', () => {
    const present = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
    expect(present.sort()).toEqual([...files].sort())
  })

  it('are cited by PROTOCOL.md, and each field is explained in the README', () => {
    const [protocol, readme] = [readFileSync(PROTOCOL, 'utf8'), read('README.md')]
    for (const name of files) {
      expect(protocol).toContain(`(test/vectors/protocol/${name})`)
      for (const property of propertiesIn(computed[name])) expect(readme).toContain(`\`${property}\``)
    }
  })

  it('decode and encode to the same bytes', () => {
    for (const { bytes } of computed['actions.json'].actions) {
      expect(bytesToHex(encodeAction(decodeAction(Buffer.from(bytes, 'hex'))))).toBe(bytes)
    }
    for (const { bytes } of computed['blocks.json'].headers) {
      expect(bytesToHex(encodeHeader(decodeHeader(Buffer.from(bytes, 'hex'))))).toBe(bytes)
    }
  })
})
