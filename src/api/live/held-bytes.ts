import type { ExecutionArgs } from 'graphql'

/** What the parser keeps of a token, and the plan of a field, rounded up. */
const TOKEN_BYTES = 512

/**
 * About how many bytes a subscription holds as long as it runs: its document, as text and parsed, and its variables. Equal documents share them,
 * and count each.
 */
export function heldBytes({ document, variableValues }: ExecutionArgs): number {
  const { loc } = document
  let tokens = 0
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1
  const variables = JSON.stringify(variableValues ?? {})
  return Buffer.byteLength(loc?.source.body ?? '') + Buffer.byteLength(variables) + tokens * TOKEN_BYTES
}
