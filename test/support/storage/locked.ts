import type { Database } from '../../../src/storage/database.ts'
import { emptyDatabase, openForTest } from './postgres.ts'

/** The advisory lock that `locked` holds. */
export const LOCK = 7

/** A database with a lock that is held until `release` is called. */
export async function locked(): Promise<{ url: string; admin: Database; release: () => Promise<void> }> {
  const url = await emptyDatabase()
  const admin = openForTest(url)
  let end = () => {}
  const held = new Promise<void>((resolve) => {
    end = resolve
  })
  let begun = () => {}
  const holds = new Promise<void>((resolve) => {
    begun = resolve
  })
  const holder = admin.sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${LOCK})`
    begun()
    await held
  })
  await holds
  const release = async () => {
    end()
    await holder
  }
  return { url, admin, release }
}
