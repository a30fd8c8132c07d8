import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { type Process, processes } from './processes.ts'

const STOP_TIMEOUT_MS = 60_000

/**
 * Makes data files startable after the server or its parent was killed with -9. A server that still runs on them is stopped, and so are its
 * sessions, which may outlive it: two servers must never write to the same files. When none of its processes is left, its pid file is
 * removed; otherwise Postgres would refuse to start if another program had got the same pid. The caller holds the data directory's lock.
 * @param clusterName appears in the titles of the server's sessions
 * @throws Failure ORPHAN_SERVER if a process does not stop within 60 s
 */
export async function recoverOrphan(pgData: string, clusterName: string): Promise<void> {
  const pid = serverPid(pgData)
  await end('SIGINT', (process) => process.pid === pid && isServer(process, pgData))
  await end('SIGQUIT', ({ command }) => command.startsWith(`postgres: ${clusterName}: `))
  rmSync(join(pgData, 'postmaster.pid'), { force: true })
}

/** The server's pid, from the first line of its pid file; undefined without one. */
function serverPid(pgData: string): number | undefined {
  try {
    return Number(readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return undefined
  }
}

/** True if the process is the server. Its pid may belong to another program by now. */
function isServer({ command }: Process, pgData: string): boolean {
  return command.includes(`/postgres -D ${pgData} `)
}

/** Signals all matching processes, and waits until they have ended. */
async function end(signal: NodeJS.Signals, wanted: (process: Process) => boolean): Promise<void> {
  const find = () => processes().filter(wanted)
  let running = find()
  for (const { pid } of running) kill(pid, signal)
  const deadline = Date.now() + STOP_TIMEOUT_MS
  while (running.length > 0) {
    if (Date.now() > deadline) {
      const pids = running.map(({ pid }) => pid).join(' ')
      throw new Failure('ORPHAN_SERVER', `an earlier Postgres server (process ${pids}) does not stop`, {
        hint: `stop it with: kill -QUIT ${pids}`,
      })
    }
    await sleep(20)
    running = find()
  }
}

/** Signals a process. Errors are ignored if it is gone, or belongs to another user: then `end` reports it when its time is up. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
