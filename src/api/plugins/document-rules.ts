import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  Kind,
  type ListValueNode,
  type ObjectValueNode,
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

/** Rejects literals that nest lists and objects deeper than `max`. */
export function literalDepthRule(max: number): ValidationRule {
  return function LiteralDepth(context: ValidationContext): ASTVisitor {
    let depth = 0
    const nested = {
      enter(node: ListValueNode | ObjectValueNode) {
        depth += 1
        if (depth === max + 1)
          context.reportError(requestRejection(reject('INPUT_TOO_DEEP', { max }), { nodes: node }))
      },
      leave() {
        depth -= 1
      },
    }
    return { ListValue: nested, ObjectValue: nested }
  }
}

/** True if a JSON value nests lists and objects deeper than `max`. Walks with a stack of its own, so that no nesting is too deep for it. */
export function isDeeper(value: unknown, max: number): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    if (next.depth >= max) return true
    for (const item of Object.values(next.value)) open.push({ value: item, depth: next.depth + 1 })
  }
  return false
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
