import { Failure } from '../config/failure.ts'
import { DamagedNodeError } from '../crypto/state-tree.ts'

/** The database does not hold what was stored in it. */
export function damaged(what: string, cause?: unknown): Failure {
  return new Failure('DATABASE_DAMAGED', `the database is damaged: ${what}`, {
    hint: 'find all damage with ictl audit, then restore a backup, or start with an empty database that the other nodes fill in',
    cause,
  })
}

/** What was thrown over trees, as a Failure if a loaded node is damaged. */
export function damagedIfNode(error: unknown): unknown {
  return error instanceof DamagedNodeError ? damaged(error.message, error) : error
}
