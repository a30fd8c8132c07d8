import { Failure } from './failure.ts'

/** The address of the database that a part uses. @throws Failure NO_DATABASE_URL */
export function databaseUrl(): string {
  const url = process.env.DATABASE_URL
  if (url !== undefined && url !== '') return url
  throw new Failure('NO_DATABASE_URL', 'DATABASE_URL is not set', {
    hint: 'name a Postgres in it, or start everything with ictl up, which brings its own',
  })
}

/** The address of a streaming replica to read from, if REPLICA_URL names one. */
export function replicaUrl(): string | undefined {
  return process.env.REPLICA_URL || undefined
}
