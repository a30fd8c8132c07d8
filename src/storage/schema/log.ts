import { sql } from 'drizzle-orm'
import { check, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { bytea, safeInteger } from './column-types.ts'

/** The log of headers, and what others say of it. */

/** Hashes of the log of headers above its leaves: each is the root over 256^level headers. The leaves are computed from the headers. */
export const logNode = pgTable(
  'log_node',
  {
    level: smallint('level').notNull(),
    index: safeInteger('index').notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.index] })],
)

/**
 * What validators and witnesses say of the log of headers: signed notes. Replaced as a whole whenever it changes; a row whose root is not that of
 * the own log is a contradiction.
 */
export const checkpoint = pgTable(
  'checkpoint',
  { size: safeInteger('size').notNull(), root: bytea('root').notNull(), note: text('note').notNull() },
  (t) => [
    primaryKey({ columns: [t.size, t.root] }),
    check('checkpoint_root', sql`octet_length(${t.root}) = 32`),
  ],
)
