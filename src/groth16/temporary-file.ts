import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isSameProcess, startOf } from '../process/lock.ts'

/** Machines or containers that share a folder are told apart by their host names. */
const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')

/** The name of a file that becomes `path` when it is complete. It says whose it is. */
export function temporaryName(path: string): string {
  return `${path}.${host}.${process.pid}.${startOf(process.pid)}.${randomUUID().slice(0, 8)}.new`
}

/** Removes what processes of this machine that have ended left of files that were to become `path`. */
export function removeLeftovers(path: string): void {
  const prefix = `${basename(path)}.${host}.`
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue
    const [pid, start = ''] = name.slice(prefix.length).split('.')
    if (!isSameProcess(Number(pid), start)) rmSync(join(dirname(path), name), { force: true })
  }
}
