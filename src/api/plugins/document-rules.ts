import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { reject } from '../../ledger/rejection.ts'
import { requestRejection } from '../errors.ts'
import { MAX_OPERATIONS } from '../limits.ts'

/** Rejects documents that nest fields deeper than `max`. Fragments count where they are spread; introspection is exempt. */
export function depthRule(max: number): ValidationRule {
  return function Depth(context: ValidationContext): ASTVisitor {
    const depthOf = depths(context)
    return {
      OperationDefinition(node) {
        const depth = depthOf(node.selectionSet)
        if (depth > max) {
          context.reportError(
            requestRejection(reject('QUERY_TOO_DEEP', { max, got: depth }), { nodes: node }),
          )
        }
      },
    }
  }
}

/** Depth of a selection. Each fragment is visited once, however often it is spread. */
function depths(context: ValidationContext): (selections: SelectionSetNode | undefined) => number {
  const known = new Map<string, number>()
  const ofFragment = (fragment: FragmentDefinitionNode | null | undefined): number => {
    if (!fragment) return 0
    const name = fragment.name.value
    const depth = known.get(name)
    if (depth !== undefined) return depth
    known.set(name, 0) // a cycle, which another rule rejects
    const found = ofSelections(fragment.selectionSet)
    known.set(name, found)
    return found
  }
  const ofSelections = (selections: SelectionSetNode | undefined): number => {
    let deepest = 0
    for (const selection of selections?.selections ?? []) {
      let depth = 0
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        depth = ofFragment(context.getFragment(selection.name.value))
      else if (selection.kind === Kind.INLINE_FRAGMENT) depth = ofSelections(selection.selectionSet)
      else if (!selection.name.value.startsWith('__')) depth = 1 + ofSelections(selection.selectionSet)
      deepest = Math.max(deepest, depth)
    }
    return deepest
  }
  return ofSelections
}

/** Rejects documents with more than `max` aliases. */
export function aliasRule(max: number): ValidationRule {
  return function Aliases(context: ValidationContext): ASTVisitor {
    let aliases = 0
    return {
      Field(node) {
        if (!node.alias) return
        aliases += 1
        if (aliases === max + 1) {
          context.reportError(requestRejection(reject('TOO_MANY_ALIASES', { max }), { nodes: node }))
        }
      },
    }
  }
}

/** Rejects documents with more than MAX_OPERATIONS operations. */
export function OperationsRule(context: ValidationContext): ASTVisitor {
  return {
    Document(node) {
      const operations = node.definitions.filter(
        (definition) => definition.kind === Kind.OPERATION_DEFINITION,
      )
      if (operations.length <= MAX_OPERATIONS) return
      context.reportError(requestRejection(reject('QUERY_TOO_COSTLY', { maxOperations: MAX_OPERATIONS })))
    },
  }
}
