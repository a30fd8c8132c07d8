import type { DocumentNode } from 'graphql'
import { BoundedCache } from '../../storage/bounded-cache.ts'

/** Bytes of all documents that are kept. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
/** What a character of a parsed document takes, rounded up. */
const CHARACTER_BYTES = 100

/** Documents that passed all checks of documents, by their text. What is asked of an execution, variables and cost, is not checked with them. */
export class CheckedDocuments {
  readonly #documents = new BoundedCache<string, DocumentNode>(MAX_DOCUMENT_BYTES)

  /** What the kept documents take, estimated; at most MAX_DOCUMENT_BYTES. */
  get bytes(): number {
    return this.#documents.size
  }

  get(text: string): DocumentNode | undefined {
    return this.#documents.get(text)
  }

  /** Keeps a document that is about to be executed. */
  add(document: DocumentNode): void {
    const text = document.loc?.source.body
    if (text === undefined || this.#documents.get(text) === document) return
    this.#documents.set(text, document, text.length * CHARACTER_BYTES)
  }
}
