import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Seconds of processor time, by the name of the part: `node`, `api`, `postgres` and so on. */
export type ProcessorTimes = ReadonlyMap<string, number>

/** Processor time so far of the processes of an `ictl up`, from /proc (Linux): a part's name is that of its command. */
export function partTimes(pids: readonly number[]): ProcessorTimes {
  const times = new Map<string, number>()
  for (const pid of pids) {
    const [name, seconds] = [partOf(pid), secondsOf(pid)]
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + seconds)
  }
  return times
}

/** Processor time of the children of this process that have ended, in seconds. */
export function endedChildrenSeconds(): number {
  const [, , children, childrenInKernel] = ticksOf('self')
  return (children! + childrenInKernel!) / TICKS_PER_SECOND
}

/** Of a server of Postgres, the connections that have ended count too. */
function secondsOf(pid: number): number {
  const [user, kernel, children, childrenInKernel] = ticksOf(String(pid))
  const ended = partOf(pid) === 'postgres' ? children! + childrenInKernel! : 0
  return (user! + kernel! + ended) / TICKS_PER_SECOND
}

function partOf(pid: number): string | undefined {
  const args = read(`${pid}/cmdline`).split('\0')
  if (/postgres/.test(args[0] ?? '')) return 'postgres'
  const script = args.findIndex((arg) => /(ictl|main)\.js$/.test(arg))
  return script < 0 ? undefined : args[script + 1]
}

/** utime, stime, cutime and cstime of proc_pid_stat(5); zeros for a process that has ended. */
function ticksOf(pid: string): number[] {
  // The name of the program, in parentheses, may contain spaces.
  const fields = read(`${pid}/stat`).split(') ')[1]?.split(' ') ?? []
  return [11, 12, 13, 14].map((i) => Number(fields[i] ?? 0))
}

function read(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return ''
  }
}
