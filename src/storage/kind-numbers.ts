import type { ActionKind } from '../ledger/action.ts'

/** Kinds of actions by their numbers in the database. */
export const KINDS: readonly ActionKind[] = ['register', 'issue', 'transfer', 'retire', 'reinstate']
export const KIND_NUMBERS = Object.fromEntries(KINDS.map((kind, i) => [kind, i])) as Record<
  ActionKind,
  number
>
