import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../config/failure.ts'

const STOP_TIMEOUT_MS = 60_000

/**
 * Makes a data directory startable after a kill -9: a server left on it (an orphan) is stopped, a pid file left by a dead one
 * removed, so that another process with that pid does not keep Postgres from starting. The caller holds the directory's lock.
 */
export async function recoverOrphan(pgData: string): Promise<void> {
  const pid = serverPid(pgData)
  if (pid === undefined) return
  if (runsOn(pid, pgData)) {
    process.kill(pid, 'SIGINT')
    const deadline = Date.now() + STOP_TIMEOUT_MS
    while (runsOn(pid, pgData)) {
      if (Date.now() > deadline) {
        throw new Failure(
          'ORPHAN_SERVER',
          `a Postgres server (process ${pid}) still runs on ${pgData} and does not stop`,
          {
            hint: `stop it with: kill -QUIT ${pid}`,
          },
        )
      }
      await sleep(20)
    }
  }
  rmSync(join(pgData, 'postmaster.pid'), { force: true })
}

function serverPid(pgData: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** True if the process lives and is a Postgres server of this directory. */
function runsOn(pid: number, pgData: string): boolean {
  const command = commandLine(pid)
  return command.includes('postgres') && command.includes(pgData)
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    try {
      return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
    } catch {
      return ''
    }
  }
}
