import type { Database } from './database.ts'
import type { Fragment } from './reads/rows.ts'

/** What is delivered to a webhook: all final transfers, or those that fulfill the given conditions. */
export interface WebhookFilter {
  /** Address of the sender or the receiver. */
  account?: string
  /** Code of the asset. */
  asset?: string
  /** REGISTER, ISSUE, TRANSFER, RETIRE or REINSTATE. */
  kind?: string
}

/** Whether transfers are delivered: `paused` by the operator, `failed` after too many attempts. */
export type WebhookState = 'active' | 'paused' | 'failed'

/** A receiver of final transfers. */
export interface Webhook {
  id: number
  url: string
  filter: WebhookFilter
  secret: Uint8Array
  allowPrivate: boolean
  /** All matching records before this position were delivered. */
  cursor: number
  state: WebhookState
  /** Attempts that failed since the last delivery. */
  attempts: number
  /** Why the last attempt failed. */
  error: string | null
  createdAt: Date
  deliveredAt: Date | null
  /** Milliseconds until the next attempt is due, by the database's clock; not above 0 if it is due. */
  waitMs: number
}

/** Times are milliseconds since 1970. */
interface WebhookColumns extends Omit<Webhook, 'state' | 'filter' | 'createdAt' | 'deliveredAt'> {
  state: number
  filter: string
  createdAt: number
  deliveredAt: number | null
}

const STATES: readonly WebhookState[] = ['active', 'paused', 'failed']
/** First key of the advisory locks, one per webhook: a number that nothing else in this database locks. */
const LOCK = 7_236_413

/** Stores a webhook. @returns it, or undefined if there are `max` already */
export async function addWebhook(
  database: Database,
  given: Pick<Webhook, 'url' | 'filter' | 'secret' | 'allowPrivate' | 'cursor'>,
  max: number,
): Promise<Webhook | undefined> {
  const { sql } = database
  const { url, filter, secret, allowPrivate, cursor } = given
  const [row] = await sql<{ id: number }[]>`
    INSERT INTO webhook (url, filter, secret, allow_private, cursor)
    SELECT ${url}::text, ${JSON.stringify(filter)}::text::jsonb, ${secret}::bytea, ${allowPrivate}::boolean, ${cursor}::bigint
    WHERE (SELECT count(*) FROM webhook) < ${max} RETURNING id`
  return row && readWebhook(database, row.id)
}

/** All webhooks, in the order in which they were added. */
export async function readWebhooks({ sql }: Database): Promise<Webhook[]> {
  const ms = (time: Fragment) => sql`(extract(epoch FROM ${time}) * 1000)::float8`
  const rows = await sql<WebhookColumns[]>`
    SELECT id, url, filter::text AS filter, secret, allow_private AS "allowPrivate", cursor, state, attempts, error,
      ${ms(sql`created_at`)} AS "createdAt", ${ms(sql`delivered_at`)} AS "deliveredAt", ${ms(sql`not_before - now()`)} AS "waitMs"
    FROM webhook ORDER BY id`
  return rows.map(({ state, filter, createdAt, deliveredAt, ...row }) => ({
    ...row,
    state: STATES[state]!,
    filter: JSON.parse(filter) as WebhookFilter,
    createdAt: new Date(createdAt),
    deliveredAt: deliveredAt === null ? null : new Date(deliveredAt),
  }))
}

export async function readWebhook(database: Database, id: number): Promise<Webhook | undefined> {
  return (await readWebhooks(database)).find((webhook) => webhook.id === id)
}

/** @returns false if there is none with this number */
export async function removeWebhook({ sql }: Database, id: number): Promise<boolean> {
  return (await sql`DELETE FROM webhook WHERE id = ${id}`).count > 0
}

/** Pauses a webhook, or makes it active: then its next attempt is due at once. @returns false if there is none with this number */
export async function setWebhookState({ sql }: Database, id: number, state: WebhookState): Promise<boolean> {
  const changed = await sql`
    UPDATE webhook SET state = ${STATES.indexOf(state)}, attempts = 0, not_before = now() WHERE id = ${id}`
  return changed.count > 0
}

/**
 * Moves the cursor of a webhook after a delivery, or past records that do not match.
 * @returns false if another process moved it, or if the webhook was removed
 */
export async function moveCursor(
  { sql }: Database,
  { id, cursor }: Webhook,
  to: number,
  isDelivered: boolean,
): Promise<boolean> {
  const moved = await sql`
    UPDATE webhook SET cursor = ${to}
      ${isDelivered ? sql`, attempts = 0, not_before = now(), error = NULL, delivered_at = now()` : sql``}
    WHERE id = ${id} AND cursor = ${cursor}`
  return moved.count > 0
}

/** Stores that an attempt failed. @param pauseMs until the next one; undefined to give up */
export async function storeFailure(
  { sql }: Database,
  { id, cursor }: Webhook,
  error: string,
  pauseMs: number | undefined,
): Promise<void> {
  await sql`
    UPDATE webhook SET attempts = attempts + 1, error = ${error},
      not_before = now() + ${(pauseMs ?? 0) / 1000} * interval '1 second'
      ${pauseMs === undefined ? sql`, state = ${STATES.indexOf('failed')}` : sql``}
    WHERE id = ${id} AND cursor = ${cursor} AND state = 0`
}

/**
 * Takes the lock of a webhook, or checks that it is still held. It belongs to a session, which the driver may replace without notice, so the
 * caller must check again before each delivery.
 * @param session a Database with one connection that nothing else uses
 * @returns false while another process has the lock
 */
export async function holdWebhookLock({ sql }: Database, id: number): Promise<boolean> {
  const [row] = await sql<{ held: boolean }[]>`
    SELECT pg_try_advisory_lock(${LOCK}, ${id}) AS held
    WHERE NOT EXISTS (
      SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK} AND objid = ${id} AND objsubid = 2
        AND pid = pg_backend_pid() AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
  return row?.held ?? true
}
