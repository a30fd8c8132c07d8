import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { testFolder } from '../shared/test-folder.ts'

/** A Postgres server and a streaming replica of it. */
export interface Replicated {
  primary: EmbeddedServer
  replica: EmbeddedServer
  stop(): Promise<void>
}

/** Starts a server with one empty database, and a replica from a base backup of it. */
export async function startReplicated(database: string): Promise<Replicated> {
  const folders = [0, 1].map(() => testFolder('replica')) as [string, string]
  const primary = await startEmbedded({ dataDir: folders[0] })
  const admin = openDatabase(primary.url('postgres'), { max: 1 })
  await admin.sql.unsafe(`CREATE DATABASE ${database}`)
  await admin.close()
  await backUp(primary, folders)
  const replica = await startEmbedded({ dataDir: folders[1] })
  return {
    primary,
    replica,
    async stop() {
      await replica.stop()
      await primary.stop()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What pg_basebackup does, which the embedded binaries do not have: copies the files of a running server, and lets the copy follow it. */
async function backUp(primary: EmbeddedServer, [from, to]: [string, string]): Promise<void> {
  const url = primary.url('postgres')
  const session = openDatabase(url, { max: 1 })
  await session.sql`SELECT pg_backup_start('replica', true)`
  const files = join(to, 'postgres')
  execFileSync('cp', ['-a', join(from, 'postgres'), files])
  const [stopped] = await session.sql<
    { label: string }[]
  >`SELECT labelfile AS label FROM pg_backup_stop(false)`
  await session.close()
  rmSync(join(files, 'postmaster.pid'))
  const socketFolder = new URL(url).searchParams.get('host')
  appendFileSync(
    join(files, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=${socketFolder} port=5432 user=inpigritas'\nhot_standby_feedback = on\n`,
  )
  const { uid, gid } = statSync(files)
  for (const [name, content] of [
    ['backup_label', stopped!.label],
    ['standby.signal', ''],
  ] as const) {
    writeFileSync(join(files, name), content)
    chownSync(join(files, name), uid, gid)
  }
}
