import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/api/plugins/use-trusted-documents.ts'
import { MAX_MANIFEST_BYTES, readTrustedDocuments } from '../../../src/cli/files/trusted-documents.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('trusted')
afterAll(() => rmSync(folder, { recursive: true }))

function read(content: string) {
  const path = join(folder, 'documents.json')
  writeFileSync(path, content)
  return readTrustedDocuments({ trustedDocuments: path })
}

describe('a manifest of trusted documents', () => {
  it('names each document by its SHA-256', () => {
    // printf '{ chain { name } }' | sha256sum
    const hash = '1944f4f93f8270f8efa7dc4fb42e5e87502affc03e39b1bf07ed3ee7d3211148'
    const { texts, only } = read(JSON.stringify({ [hash]: '{ chain { name } }' }))!
    expect(texts.get(hash)).toBe('{ chain { name } }')
    expect(only).toBe(false)
  })

  it('may be one of Apollo', () => {
    const path = new URL('../../vectors/apollo-manifest.json', import.meta.url).pathname
    const { texts } = readTrustedDocuments({ trustedDocuments: path })!
    expect([...texts.values()].map((text) => text.split(/[ (]/, 2).join(' '))).toEqual([
      'query Block',
      'subscription Chain',
      'query Holders',
    ])
    for (const [id, body] of texts) expect(hashOf(body)).toBe(id)
  })

  it('of Apollo is refused if it has another version, a wrong id, or an id twice', () => {
    const [format, body] = ['apollo-persisted-query-manifest', '{ chain { name } }']
    const operation = { id: hashOf(body), name: 'Chain', type: 'query', body }
    expect(read(JSON.stringify({ format, version: 1, operations: [operation] }))?.texts.size).toBe(1)
    for (const wrong of [
      { version: 2, operations: [operation] },
      { version: 1, operations: { [operation.id]: body } },
      { version: 1, operations: [{ ...operation, id: 'chain' }] },
      { version: 1, operations: [{ ...operation, body: 5 }] },
      { version: 1, operations: [null] },
      { version: 1, operations: [operation, operation] },
    ])
      expect(() => read(JSON.stringify({ format, ...wrong }))).toThrow(
        expect.objectContaining({ code: 'BAD_MANIFEST', hint: expect.any(String) }),
      )
  })

  it('is refused with a hint if an entry is wrong, or if it is no object', () => {
    const hash = hashOf('{ chain { name } }')
    for (const manifest of [
      { [hash]: '{ chain { name height } }' },
      { [hash.toUpperCase()]: '{ chain { name } }' },
      { [hash]: 5 },
      [],
      null,
    ])
      expect(() => read(JSON.stringify(manifest))).toThrow(
        expect.objectContaining({ code: 'BAD_MANIFEST', hint: expect.any(String) }),
      )
    expect(() => read('{')).toThrow(expect.objectContaining({ code: 'BAD_MANIFEST' }))
  })

  it('has a bound on its size', () => {
    const path = join(folder, 'large.json')
    writeFileSync(path, '{}'.padEnd(MAX_MANIFEST_BYTES))
    expect(readTrustedDocuments({ trustedDocuments: path })?.texts.size).toBe(0)
    truncateSync(path, MAX_MANIFEST_BYTES + 1)
    expect(() => readTrustedDocuments({ trustedDocuments: path })).toThrow(
      expect.objectContaining({ code: 'BAD_MANIFEST', message: expect.stringContaining('16777216') }),
    )
  })

  it('is needed if nothing else may run and there is no page', () => {
    const only = { trustedDocumentsOnly: true }
    expect(readTrustedDocuments(only)).toEqual({ texts: new Map(), only: true })
    expect(() => readTrustedDocuments({ ...only, explorer: false })).toThrow('needs --trusted-documents')
  })
})
