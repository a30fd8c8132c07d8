import { type DocumentNode, type FieldNode, getOperationAST, Kind, visit } from 'graphql'

const numbers = new WeakMap<DocumentNode, number>()
let documents = 0

interface Operation {
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/**
 * A name that two subscriptions share only if they ask the same of every event that both get. The variables of the root field's arguments say which
 * events those are and not what is answered, so they are not part of it. Yoga parses equal texts to the same document.
 */
export function operationName({ document, operationName, variableValues }: Operation): string {
  if (!numbers.has(document)) numbers.set(document, ++documents)
  const used = variablesInside(document, operationName)
  const values = Object.entries((variableValues ?? {}) as Record<string, unknown>)
  const relevant = values.filter(([name]) => used.has(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([numbers.get(document), operationName ?? null, relevant])
}

/** The variables that are used elsewhere than in the root field's arguments. */
function variablesInside(document: DocumentNode, operationName: string | null | undefined): Set<string> {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? []
  const roots = selections.filter((selection): selection is FieldNode => selection.kind === Kind.FIELD)
  const choosing = new Set(roots.flatMap((root) => root.arguments ?? []))
  const used = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Argument: (node) => (choosing.has(node) ? false : undefined),
    Variable: ({ name }) => {
      used.add(name.value)
    },
  })
  return used
}
