import { readFileSync, statSync } from 'node:fs'
import { hashOf, type TrustedDocuments } from '../../api/plugins/use-trusted-documents.ts'
import { Failure } from '../../config/failure.ts'
import { UsageError } from '../failures.ts'
import type { TrustedOptions } from '../http-options.ts'

/** Bytes of a manifest. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024

/** The manifest of Apollo's generate-persisted-query-manifest; `name` and `type` of an operation are not needed. */
const APOLLO_FORMAT = 'apollo-persisted-query-manifest'

/**
 * Reads the documents that clients may name: a JSON object of SHA-256 (hex) -> text, or a manifest of Apollo, version 1.
 * Where only trusted documents shall run, the api adds those of its page.
 * @throws UsageError if only trusted documents shall run, and there is neither a manifest nor the page; Failure BAD_MANIFEST
 */
export function readTrustedDocuments({
  trustedDocuments: path,
  trustedDocumentsOnly: only = false,
  explorer = true,
}: TrustedOptions): TrustedDocuments | undefined {
  if (path === undefined) {
    if (!only) return undefined
    if (!explorer)
      throw new UsageError('--trusted-documents-only needs --trusted-documents where there is no page')
    return { texts: new Map(), only }
  }
  if (statSync(path).size > MAX_MANIFEST_BYTES)
    throw new Failure('BAD_MANIFEST', `${path} has more than ${MAX_MANIFEST_BYTES} bytes`, {
      hint: 'leave out the documents that no client uses any more',
    })
  const texts = new Map(entriesOf(path, parseManifest(path)))
  for (const [hash, text] of texts) {
    if (typeof text === 'string' && hashOf(text) === hash) continue
    throw new Failure('BAD_MANIFEST', `${path}: ${hash.slice(0, 80)} is not the SHA-256 of its document`, {
      hint: 'generate the manifest again, with SHA-256 in lower-case hex over the exact text of each document',
    })
  }
  return { texts: texts as ReadonlyMap<string, string>, only }
}

/** The pairs of SHA-256 and text. @throws Failure BAD_MANIFEST */
function entriesOf(path: string, manifest: Manifest): [string, unknown][] {
  if (manifest.format !== APOLLO_FORMAT) return Object.entries(manifest)
  const { version, operations } = manifest
  const given: Partial<ApolloOperation>[] = Array.isArray(operations) ? operations : []
  const entries = given.map((operation): [string, unknown] => [String(operation?.id), operation?.body])
  if (
    version === 1 &&
    Array.isArray(operations) &&
    new Set(entries.map(([id]) => id)).size === entries.length
  )
    return entries
  throw new Failure('BAD_MANIFEST', `${path} is no version 1 of Apollo's manifest, or has an id twice`, {
    hint: 'generate it again with @apollo/generate-persisted-query-manifest',
  })
}

/** A manifest in either form, before it is checked. */
type Manifest = Record<string, unknown>

interface ApolloOperation {
  id: unknown
  body: unknown
}

function parseManifest(path: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest))
      return manifest as Manifest
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Failure('BAD_MANIFEST', `${path} is not a JSON object`, {
    hint: 'a manifest of trusted documents is an object with the SHA-256 of each document and its text, or that of Apollo',
  })
}
