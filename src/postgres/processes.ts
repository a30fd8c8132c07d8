import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process of this machine with its command line, which is empty where this user may not see it. */
export interface Process {
  pid: number
  command: string
}

/** All processes, from /proc, or from ps on systems without it. */
export function processes(): Process[] {
  let pids: string[]
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return fromPs()
  }
  return pids.length === 0 ? fromPs() : pids.map((pid) => ({ pid: Number(pid), command: commandLine(pid) }))
}

/** The command line of a process; empty if it has ended. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

function fromPs(): Process[] {
  const output = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
  return output.split('\n').map((line) => {
    const [, pid = '0', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return { pid: Number(pid), command }
  })
}
