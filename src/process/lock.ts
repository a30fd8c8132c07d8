import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'

/** The process that a lock names, and when it started (`startOf`). */
interface Owner {
  pid: number
  start: string
}

/** Paths of the locks that this process holds. */
const held = new Set<string>()

/**
 * Takes the lock of a data directory for this process. A lock of a process that ended is taken over, by one process even if several find it: whoever
 * does that holds the lock `PATH.takeover` meanwhile, and looks again. That one is taken over in the same way.
 * @returns a function that releases it
 * @throws Failure DATA_IN_USE
 */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    if (createLock(path)) return releaseOf(path)
    const owner = ownerOf(path)
    if (owner === undefined) continue
    if (isHeld(path, owner)) {
      throw new Failure(
        'DATA_IN_USE',
        `another ictl (process ${owner.pid}) is running on this data directory`,
        {
          hint: `stop it first (kill ${owner.pid}), or choose another --data`,
        },
      )
    }
    const release = takeLock(`${path}.takeover`)
    try {
      const now = ownerOf(path)
      if (now !== undefined && !isHeld(path, now)) {
        writeOwn(path, (own) => renameSync(own, path))
        return releaseOf(path)
      }
    } finally {
      release()
    }
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

/** @returns false if there is one already */
function createLock(path: string): boolean {
  try {
    writeOwn(path, (own) => linkSync(own, path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Writes a file that names this process, and puts it in place in one step, because another process must not find a lock without its owner. */
function writeOwn(path: string, place: (own: string) => void): void {
  const own = `${path}.${process.pid}`
  try {
    writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 })
    place(own)
  } finally {
    rmSync(own, { force: true })
  }
}

function releaseOf(path: string): () => void {
  held.add(path)
  return () => {
    if (held.delete(path)) rmSync(path, { force: true })
  }
}

/** Whom a lock names; undefined if it is gone. Nobody ever has the process id 0. */
function ownerOf(path: string): Owner | undefined {
  try {
    const [pid, start] = readFileSync(path, 'utf8').trim().split(' ')
    return { pid: Number(pid), start: start ?? '' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return { pid: 0, start: '' }
  }
}

/** Whether the owner of a lock still runs. In a container, the process before this one may have had the same pid. */
function isHeld(path: string, { pid, start }: Owner): boolean {
  return pid === process.pid ? held.has(path) : isSameProcess(pid, start)
}

/** Whether a process still runs, and not only waits for its parent to ask how it ended. @param start what `startOf` said of it then */
export function isSameProcess(pid: number, start: string): boolean {
  return isRunning(pid) && startOf(pid) === start && statOf(pid)[STATE] !== 'Z'
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
  return statOf(pid)[START] ?? '-'
}

/** Places in what `statOf` gives. */
const STATE = 0
const START = 19

/** What the kernel says of a process behind its name (proc_pid_stat(5), from the third field on); nothing without /proc. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
