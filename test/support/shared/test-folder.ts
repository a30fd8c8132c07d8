import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders younger than this are kept: their process may be one that this process cannot see. */
const ABANDONED_AFTER_MS = 3_600_000

/**
 * Makes a temporary folder, which its test removes. Every user may enter it: if root runs the tests, Postgres runs as another user, and keeps the
 * files of a data directory in this folder inside it only if that user can enter both. Otherwise they would be in /var/lib/inpigritas and stay there.
 * @param name of what the test is about; the folder is `inpigritas-NAME-PID-` and six characters
 */
export function testFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `inpigritas-${name}-${process.pid}-`))
  chmodSync(folder, 0o711)
  return folder
}

/** Removes the folders of tests that were killed: those that are over an hour old and whose process has ended. @param now milliseconds since 1970 */
export function removeAbandoned(now: number, parent = tmpdir()): void {
  for (const name of readdirSync(parent)) {
    const pid = /^inpigritas-[a-z0-9-]+-(\d+)-\w{6}$/.exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) continue
    const folder = join(parent, name)
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - changed > ABANDONED_AFTER_MS) rmSync(folder, { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
