import { BREAK, type DocumentNode, visit } from 'graphql'
import type { TaskWeight } from './fair-queue.ts'

/** Cost up to which an operation is light: about 5 ms of the server's time. */
export const LIGHT_COST = 2_500
/** Fields that may look up far more than their page shows. */
const HEAVY_FIELDS: ReadonlySet<string> = new Set(['trace', 'certificate'])
/** Characters of a name in the answer. Longer ones, which each object of a list repeats, make answers far larger than their values. */
const LONG_NAME = 64

const known = new WeakMap<DocumentNode, boolean>()

/** Whether an operation takes long: by its cost, or because its document has a field whose cost is known only by its bound, or long names. */
export function weigh(document: DocumentNode, cost: number): TaskWeight {
  return cost > LIGHT_COST || isHeavyDocument(document) ? 'heavy' : 'light'
}

/** Whether a document has a field whose answer may be far larger, or take far longer, than its cost says. It is found once per document. */
export function isHeavyDocument(document: DocumentNode): boolean {
  let isHeavy = known.get(document)
  if (isHeavy !== undefined) return isHeavy
  isHeavy = false
  visit(document, {
    Field({ name, alias }) {
      isHeavy ||= HEAVY_FIELDS.has(name.value) || (alias?.value.length ?? 0) > LONG_NAME
      return isHeavy ? BREAK : undefined
    },
  })
  known.set(document, isHeavy)
  return isHeavy
}
