import { sql } from 'drizzle-orm'
import { check, integer, pgTable, primaryKey, smallint, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytea, safeInteger } from './column-types.ts'

/** The tables of what may still become final, and of evidence. */

/** Proposals of blocks that may still become final, header and body. */
export const proposal = pgTable('proposal', {
  hash: bytea('hash').primaryKey(),
  view: safeInteger('view').notNull(),
  bytes: bytea('bytes').notNull(),
})

/** This validator's own votes. Kinds: 0 notarize, 1 skip, 2 finalize. */
export const vote = pgTable(
  'vote',
  {
    view: safeInteger('view').notNull(),
    kind: smallint('kind').notNull(),
    hash: bytea('hash'),
    bytes: bytea('bytes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.view, t.kind] }),
    // Never skip and finalize in one view.
    uniqueIndex('vote_skip_or_finalise').on(t.view).where(sql`${t.kind} <> 0`),
    check('vote_kind', sql`${t.kind} BETWEEN 0 AND 2 AND (${t.kind} = 1) = (${t.hash} IS NULL)`),
  ],
)

/** Certificates that cleared a view or made a block final. Kinds as for votes. */
export const certificate = pgTable(
  'certificate',
  { view: safeInteger('view').notNull(), kind: smallint('kind').notNull(), bytes: bytea('bytes').notNull() },
  (t) => [primaryKey({ columns: [t.view, t.kind] })],
)

/** Evidence of equivocation: conflicting messages that one validator signed. Never deleted; bounded per validator. Kinds: 0 votes, 1 proposals. */
export const evidence = pgTable(
  'evidence',
  {
    validator: integer('validator').notNull(),
    view: safeInteger('view').notNull(),
    kind: smallint('kind').notNull(),
    bytes: bytea('bytes').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.validator, t.view, t.kind] }),
    check('evidence_kind', sql`${t.kind} BETWEEN 0 AND 1`),
  ],
)
