import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytea, safeInteger } from './column-types.ts'

/** The tables of what waits to be done: actions for their block, batches for their proof, records for their receivers. */

/** Actions of the pool, which wait for their block. */
export const pool = pgTable('pool', {
  hash: bytea('hash').primaryKey(),
  arrival: bigserial('arrival', { mode: 'number' }).notNull(),
  bytes: bytea('bytes').notNull(),
  note: text('note'),
  /** SHA-256 of hash, bytes and note, as they were stored. */
  digest: bytea('digest').notNull(),
})

/** The proof queue: one row per batch that is to be proven. */
export const batchJob = pgTable(
  'batch_job',
  {
    batch: safeInteger('batch').primaryKey(),
    /** Higher values go first. */
    priority: integer('priority').notNull().default(0),
    requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
    /** Who asked for it: a client's address; null if nobody did. */
    requestedBy: text('requested_by'),
    /** Records to prove; fewer than B for a tail. Set when claimed. */
    count: integer('count'),
    /** Fences the newest claim: a prover that reports under another one has lost it. */
    claim: uuid('claim'),
    /** The name that the prover gives itself, for people. */
    prover: text('prover'),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    stage: text('stage'),
    attempts: integer('attempts').notNull().default(0),
    notBefore: timestamp('not_before', { withTimezone: true }).notNull().defaultNow(),
    error: text('error'),
    /** Given up: it failed too often, and is tried seldom, after all others. */
    dead: boolean('dead').notNull().default(false),
  },
  (t) => [index('batch_job_order').on(t.priority, t.batch)],
)

/** The proof of a batch. One that covers more records replaces it. */
export const batchProof = pgTable('batch_proof', {
  batch: safeInteger('batch').primaryKey(),
  count: integer('count').notNull(),
  proof: jsonb('proof').notNull(),
  publicSignals: jsonb('public_signals').notNull(),
  vkHash: bytea('vk_hash').notNull(),
  provedAt: timestamp('proved_at', { withTimezone: true }).notNull().defaultNow(),
  seconds: real('seconds'),
  prover: text('prover'),
  /** The program that computed it according to its prover, e.g. engine or snarkjs. */
  backend: text('backend'),
})

/** Receivers of final transfers. States: 0 active, 1 paused by the operator, 2 failed too often. */
export const webhook = pgTable(
  'webhook',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    url: text('url').notNull(),
    /** Account (address), asset (code) and kind, as far as given. */
    filter: jsonb('filter').notNull(),
    /** Key of the signatures. */
    secret: bytea('secret').notNull(),
    /** Whether the receiver may be in a private network. */
    allowPrivate: boolean('allow_private').notNull(),
    /** All matching records before this position were delivered. */
    cursor: safeInteger('cursor').notNull(),
    state: smallint('state').notNull().default(0),
    /** Attempts that failed since the last delivery. */
    attempts: integer('attempts').notNull().default(0),
    notBefore: timestamp('not_before', { withTimezone: true }).notNull().defaultNow(),
    /** Why the last attempt failed. */
    error: text('error'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    deliveredAt: timestamp('delivered_at', { withTimezone: true }),
  },
  (t) => [check('webhook_state', sql`${t.state} BETWEEN 0 AND 2`)],
)
