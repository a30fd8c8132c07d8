import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, openSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { spawnOptions } from './cluster.ts'

export const PORT = 5432
const MAX_LOG_BYTES = 8 * 1024 * 1024

const SETTINGS = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // Queries are short: compiling their plans or starting parallel workers would cost more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
}

/**
 * A shell script that runs the server and exits with its status. A second shell reads descriptor 3, whose other end only this Node process
 * holds: when the process ends, for whatever reason, the read ends and the server is stopped. TERM to the script stops it too. The server is
 * stopped with INT, Postgres's fast shutdown: sessions are ended and everything is written.
 */
const WATCHDOG = `
"$@" 3<&- </dev/null &
server=$!
(trap '' INT TERM HUP; read -r _; kill -INT "$server") 2>/dev/null <&3 3<&- &
watch=$!
exec 3<&-
trap 'kill -INT "$server" 2>/dev/null' INT TERM HUP
wait "$server"
status=$?
while kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
kill -KILL "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
exit $status
`

export interface LaunchOptions {
  binaries: Binaries
  pgData: string
  clusterName: string
  socketFolder: string
  logPath: string
  account: Account | undefined
  /** Beside or instead of SETTINGS. */
  settings: Readonly<Record<string, string>>
}

/** Starts the server under its watchdog; its output is appended to the log. */
export function launch({
  binaries,
  pgData,
  clusterName,
  socketFolder,
  logPath,
  account,
  settings,
}: LaunchOptions): ChildProcess {
  boundLog(logPath)
  const log = openSync(logPath, 'a', 0o600)
  const all = {
    ...SETTINGS,
    ...settings,
    cluster_name: clusterName,
    unix_socket_directories: socketFolder,
  }
  const server = [join(binaries.folder, 'bin/postgres'), '-D', pgData]
  for (const [name, value] of Object.entries(all)) server.push('-c', `${name}=${value}`)
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'inpigritas-postgres', ...server], {
    ...spawnOptions(account),
    // A process group of its own: Ctrl-C in the terminal reaches only this process, which stops the server after its clients.
    detached: true,
    stdio: ['ignore', 'ignore', log, 'pipe'],
  })
  closeSync(log)
  // The watchdog reads this pipe. Neither it nor the child must keep this process alive.
  const pipe = child.stdio[3] as unknown as { unref(): void; destroy(): void }
  pipe.unref()
  child.unref()
  const bounding = setInterval(boundLog, 60_000, logPath).unref()
  child.once('exit', () => {
    clearInterval(bounding)
    // If only the first shell was killed, this lets the second one stop the server.
    pipe.destroy()
  })
  return child
}

/** Truncates a log of over 8 MiB and keeps a copy of it. This works while the server runs, because the server appends. */
function boundLog(path: string): void {
  if (!existsSync(path) || statSync(path).size <= MAX_LOG_BYTES) return
  try {
    copyFileSync(path, `${path}.1`)
  } catch {
    // No space for the copy: truncate all the same, which frees some.
  }
  truncateSync(path)
}
