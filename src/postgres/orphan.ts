import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { type Process, processes } from './processes.ts'

const STOP_TIMEOUT_MS = 60_000

/**
 * Makes a data directory startable after a kill -9. A server left on it (an orphan) is stopped; what its sessions still do after
 * the server itself was killed is ended, for two servers must never write to one directory. Only when nothing of it is left is its pid
 * file removed, so that another process that was given its pid does not keep Postgres from starting. The caller holds the directory's lock.
 * @param clusterName what its sessions show in their titles
 * @throws Failure ORPHAN_SERVER if one does not stop
 */
export async function recoverOrphan(pgData: string, clusterName: string): Promise<void> {
  const pid = serverPid(pgData)
  await end('SIGINT', (process) => process.pid === pid && isServer(process, pgData))
  await end('SIGQUIT', ({ command }) => command.startsWith(`postgres: ${clusterName}: `))
  rmSync(join(pgData, 'postmaster.pid'), { force: true })
}

/** The first line of its pid file. */
function serverPid(pgData: string): number | undefined {
  try {
    return Number(readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return undefined
  }
}

/** Its pid may be another program's by now. */
function isServer({ command }: Process, pgData: string): boolean {
  return command.includes(`/postgres -D ${pgData} `)
}

async function end(signal: NodeJS.Signals, wanted: (process: Process) => boolean): Promise<void> {
  const find = () => processes().filter(wanted)
  let left = find()
  for (const { pid } of left) kill(pid, signal)
  const deadline = Date.now() + STOP_TIMEOUT_MS
  while (left.length > 0) {
    if (Date.now() > deadline) {
      const pids = left.map(({ pid }) => pid).join(' ')
      throw new Failure('ORPHAN_SERVER', `an earlier Postgres server (process ${pids}) does not stop`, {
        hint: `stop it with: kill -QUIT ${pids}`,
      })
    }
    await sleep(20)
    left = find()
  }
}

/** It may be gone, or be another user's: then it is found again, and named in the failure. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
