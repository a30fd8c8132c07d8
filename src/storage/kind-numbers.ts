import type { ActionKind } from '../ledger/action.ts'

/** Kinds of actions; the index is the kind's number in the database. */
export const KINDS: readonly ActionKind[] = ['register', 'issue', 'transfer', 'retire', 'reinstate']
export const KIND_NUMBERS = Object.fromEntries(KINDS.map((kind, i) => [kind, i])) as Record<
  ActionKind,
  number
>
