import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'

/** Paths of the locks that this process holds. */
const held = new Set<string>()

/**
 * Takes the lock of a data directory for this process. A lock of a process that ended is taken over.
 * @returns a function that releases it
 * @throws Failure DATA_IN_USE
 */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      createLock(path)
      held.add(path)
      return () => {
        if (held.delete(path)) rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const [pid = 0, start = ''] = readLock(path)
    // In a container, the process before this one may have had the same pid.
    const taken = pid === process.pid ? held.has(path) : isSameProcess(pid, start)
    if (taken) {
      throw new Failure('DATA_IN_USE', `another ictl (process ${pid}) is running on this data directory`, {
        hint: `stop it first (kill ${pid}), or choose another --data`,
      })
    }
    rmSync(path, { force: true })
  }
  throw new Failure('DATA_IN_USE', 'another ictl has just started on this data directory', {
    hint: 'choose another --data',
  })
}

/**
 * Takes a lock as `takeLock` does, once whoever has it releases it or ends. It looks every `pauseMs`.
 * @param onWait called once if it has to wait
 */
export async function waitForLock(
  path: string,
  pauseMs: number,
  onWait: () => void = () => {},
): Promise<() => void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return takeLock(path)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'DATA_IN_USE') throw error
      if (isFirst) onWait()
      await sleep(pauseMs)
    }
  }
}

/** Creates the lock with its content in one step, because another process must not find a lock without its owner. @throws EEXIST */
function createLock(path: string): void {
  const own = `${path}.${process.pid}`
  try {
    writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 })
    linkSync(own, path)
  } finally {
    rmSync(own, { force: true })
  }
}

function readLock(path: string): [number, string] {
  try {
    const [pid, start] = readFileSync(path, 'utf8').trim().split(' ')
    return [Number(pid), start ?? '']
  } catch {
    return [0, '']
  }
}

/** Whether a process still runs. @param start what `startOf` said of it then */
export function isSameProcess(pid: number, start: string): boolean {
  return isRunning(pid) && startOf(pid) === start
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, in the kernel's ticks. A process id may be used again, but not with the same start. '-' without /proc. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-'
  } catch {
    return '-'
  }
}
