import { createHash } from 'node:crypto'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { requestRejection } from '../errors.ts'

/** Documents that clients may name instead of sending them. */
export interface TrustedDocuments {
  /** Texts by their SHA-256, in hex. */
  texts: ReadonlyMap<string, string>
  /** Whether only these run, named or sent. */
  only: boolean
}

export const NO_TRUSTED_DOCUMENTS: TrustedDocuments = { texts: new Map(), only: false }

/**
 * Lets requests name documents by their SHA-256: as Apollo's clients do, in `extensions.persistedQuery.sha256Hash`, or as `documentId`, with or
 * without `sha256:` before it. Nothing that clients send is kept.
 */
export function useTrustedDocuments(documents: TrustedDocuments): Plugin {
  return {
    onParams({ params, request, setParams }) {
      // Parsing an address takes time, and few name a document.
      const mayName = request.method === 'GET' && request.url.includes('documentId=')
      const documentId = mayName
        ? new URL(request.url, 'http://localhost').searchParams.get('documentId')
        : null
      setParams(withDocument(documentId === null ? params : { ...params, documentId }, documents))
    },
  }
}

/** What names or contains a document, before it is checked. */
interface Named {
  documentId?: unknown
  query?: unknown
  extensions?: { persistedQuery?: { sha256Hash?: unknown } } | null
}

/**
 * The parameters of a request with the text of the document that they name.
 * @throws GraphQLError PERSISTED_QUERY_NOT_FOUND, BAD_INPUT (text and hash differ), UNTRUSTED_DOCUMENT
 */
export function withDocument<P extends object>(params: P, { texts, only }: TrustedDocuments): P {
  const { documentId, ...rest } = params as P & Named
  const { query, extensions } = rest as Named
  const named = nameIn(documentId ?? extensions?.persistedQuery?.sha256Hash)
  if (query === undefined || query === null || (query === '' && named !== undefined)) {
    if (named === undefined) return rest as never // a later check says that there is no document
    const text = texts.get(named)
    if (text === undefined) throw requestRejection(reject('PERSISTED_QUERY_NOT_FOUND'))
    return { ...rest, query: text } as never
  }
  if (named === undefined && !only) return rest as never
  const hash = hashOf(String(query))
  if (named !== undefined && named !== hash)
    throw requestRejection(
      reject('BAD_INPUT', { argument: 'sha256Hash', reason: 'is not that of the query', expected: hash }),
    )
  if (only && !texts.has(hash)) throw requestRejection(reject('UNTRUSTED_DOCUMENT'))
  return rest as never
}

/** The SHA-256 of a document's text, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function nameIn(given: unknown): string | undefined {
  return given === undefined || given === null ? undefined : String(given).replace(/^sha256:/, '')
}
