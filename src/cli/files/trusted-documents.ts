import { readFileSync, statSync } from 'node:fs'
import { hashOf, type TrustedDocuments } from '../../api/plugins/use-trusted-documents.ts'
import { Failure } from '../../config/failure.ts'
import { UsageError } from '../failures.ts'
import type { TrustedOptions } from '../options.ts'

/** Bytes of a manifest. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024

/**
 * Reads the documents that clients may name: a JSON object of SHA-256 (hex) -> text.
 * @throws UsageError if only trusted documents shall run and there is no manifest; Failure BAD_MANIFEST
 */
export function readTrustedDocuments({
  trustedDocuments: path,
  trustedDocumentsOnly: only = false,
}: TrustedOptions): TrustedDocuments | undefined {
  if (path === undefined) {
    if (only) throw new UsageError('--trusted-documents-only needs --trusted-documents')
    return undefined
  }
  if (statSync(path).size > MAX_MANIFEST_BYTES)
    throw new Failure('BAD_MANIFEST', `${path} has more than ${MAX_MANIFEST_BYTES} bytes`, {
      hint: 'leave out the documents that no client uses any more',
    })
  const texts = new Map(Object.entries(parseManifest(path)))
  for (const [hash, text] of texts) {
    if (typeof text === 'string' && hashOf(text) === hash) continue
    throw new Failure('BAD_MANIFEST', `${path}: ${hash.slice(0, 80)} is not the SHA-256 of its document`, {
      hint: 'generate the manifest again, with SHA-256 in lower-case hex over the exact text of each document',
    })
  }
  return { texts: texts as ReadonlyMap<string, string>, only }
}

function parseManifest(path: string): object {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)) return manifest
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Failure('BAD_MANIFEST', `${path} is not a JSON object`, {
    hint: 'a manifest of trusted documents is an object with the SHA-256 of each document and its text',
  })
}
