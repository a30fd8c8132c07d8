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
  // Our queries are short: compiling their plans or starting workers for them costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
}

/**
 * Runs the server and ends with it. A second shell waits on descriptor 3, which only our own process holds open: when that is gone, for
 * whatever reason, the server is told to stop. TERM stops it too (INT to a Postgres server: sessions are ended, everything is written).
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
exit $status
`

export interface Launch {
  binaries: Binaries
  pgData: string
  clusterName: string
  socketFolder: string
  logPath: string
  account: Account | undefined
}

/** Starts the server under its watchdog; what it prints goes to the log. */
export function launch({
  binaries,
  pgData,
  clusterName,
  socketFolder,
  logPath,
  account,
}: Launch): ChildProcess {
  boundLog(logPath)
  const log = openSync(logPath, 'a', 0o600)
  const settings = { ...SETTINGS, cluster_name: clusterName, unix_socket_directories: socketFolder }
  const server = [join(binaries.folder, 'bin/postgres'), '-D', pgData]
  for (const [name, value] of Object.entries(settings)) server.push('-c', `${name}=${value}`)
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'inpigritas-postgres', ...server], {
    ...spawnOptions(account),
    // Its own process group: Ctrl-C in the terminal reaches us, and we stop the server when its clients are done.
    detached: true,
    stdio: ['ignore', 'ignore', log, 'pipe'],
  })
  closeSync(log)
  // The pipe on descriptor 3 is what the watchdog watches; neither it nor the child must keep this process alive.
  const pipe = child.stdio[3] as unknown as { unref(): void; destroy(): void }
  pipe.unref()
  child.unref()
  const bounding = setInterval(boundLog, 60_000, logPath).unref()
  child.once('exit', () => {
    clearInterval(bounding)
    // Should only the watchdog be gone, its second shell stops the server.
    pipe.destroy()
  })
  return child
}

/** The server appends, so its log can be cut while it runs; one earlier part is kept. */
function boundLog(path: string): void {
  if (!existsSync(path) || statSync(path).size <= MAX_LOG_BYTES) return
  try {
    copyFileSync(path, `${path}.1`)
  } catch {
    // No space for the earlier part: it is cut without being kept, which makes some.
  }
  truncateSync(path)
}
