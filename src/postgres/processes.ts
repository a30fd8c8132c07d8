import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process of this machine with its command line, as far as this user may see it. */
export interface Process {
  pid: number
  command: string
}

/** All processes, from /proc, or from ps where there is none. */
export function processes(): Process[] {
  let pids: string[]
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return listed()
  }
  return pids.length === 0 ? listed() : pids.map((pid) => ({ pid: Number(pid), command: commandLine(pid) }))
}

/** Empty for a process that is gone. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

function listed(): Process[] {
  const output = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
  return output.split('\n').map((line) => {
    const [, pid = '0', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return { pid: Number(pid), command }
  })
}
