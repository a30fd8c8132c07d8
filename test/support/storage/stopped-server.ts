import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../../src/storage/database.ts'

/** Stops all processes of a test's own server where they are (SIGSTOP): it takes connections, because the system does, and answers nothing. @returns what lets them go on */
export async function stopServer({ sql }: Database): Promise<() => void> {
  const [setting] = await sql<{ path: string }[]>`SELECT current_setting('data_directory') AS path`
  const [postmaster = ''] = readFileSync(join(setting!.path, 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(postmaster), 'SIGSTOP')
  const children = execFileSync('pgrep', ['-P', postmaster], { encoding: 'utf8' }).trim().split('\n')
  const all = [...children, postmaster].map(Number)
  for (const pid of all) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of all) process.kill(pid, 'SIGCONT')
  }
}
