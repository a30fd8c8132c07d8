import type { Transaction } from './transaction.ts'

/** The roles of `deploy/roles.sql`: the node's and the api's. A third one, `inpigritas_owner`, owns the tables. */
export const NODE_ROLE = 'inpigritas_node'
export const API_ROLE = 'inpigritas_api'

/** Tables whose rows are final: the node adds to them, and its role can neither change nor delete a row. */
export const APPEND_ONLY = [
  'chain',
  'block',
  'transfer',
  'asset',
  'made_from',
  'asset_term',
  'asset_tally',
  'account_tally',
  'sponsor_usage',
  'log_node',
] as const
/** Tables that the api writes: the provers' queue and the webhooks. It only reads all others. */
export const API_WRITES = ['batch_job', 'batch_proof', 'webhook'] as const

const GRANTS = `
  GRANT USAGE ON SCHEMA public, drizzle TO ${NODE_ROLE}, ${API_ROLE};
  GRANT SELECT ON ALL TABLES IN SCHEMA public, drizzle TO ${NODE_ROLE}, ${API_ROLE};
  GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${NODE_ROLE};
  REVOKE UPDATE, DELETE ON ${APPEND_ONLY.join(', ')} FROM ${NODE_ROLE};
  GRANT INSERT, UPDATE, DELETE ON ${API_WRITES.join(', ')} TO ${API_ROLE};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${NODE_ROLE}, ${API_ROLE}`

/**
 * Gives node and api the rights that each needs on the tables that exist now. Does nothing in a database without these roles, or if the current
 * role does not own the tables.
 */
export async function grantRoles(tx: Transaction): Promise<void> {
  const [{ possible }] = await tx<[{ possible: boolean }]>`
    SELECT pg_has_role(tableowner, 'USAGE') AND (SELECT count(*) = 2 FROM pg_roles WHERE rolname IN (${NODE_ROLE}, ${API_ROLE})) AS possible
    FROM pg_tables WHERE schemaname = 'public' AND tablename = 'block'`
  if (possible) await tx.unsafe(GRANTS)
}
