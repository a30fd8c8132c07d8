import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { CheckedDocuments, MAX_DOCUMENT_BYTES } from '../../../src/api/execution/checked-documents.ts'

const wide = (i: number) => parse(`{ a${i}: chain { name } #${'x'.repeat(5_000)}\n}`)

it(`keeps documents by their text, at most ${MAX_DOCUMENT_BYTES / 2 ** 20} MiB, those that were used last`, () => {
  const documents = new CheckedDocuments()
  const all = Array.from({ length: 60 }, (_, i) => wide(i))
  for (const document of all) documents.add(document)
  expect(documents.bytes).toBeLessThanOrEqual(MAX_DOCUMENT_BYTES)
  expect(documents.bytes).toBeGreaterThan(MAX_DOCUMENT_BYTES / 2)
  const [first, last] = [all.at(0)!, all.at(-1)!]
  expect(documents.get(last.loc!.source.body)).toBe(last)
  expect(documents.get(first.loc!.source.body)).toBeUndefined()
})
