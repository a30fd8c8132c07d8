import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes a file (mode 0600) atomically and durably: to a temporary file, synced, then renamed. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  renameSync(writeTemporary(path, content), path)
}

/**
 * Creates a file (mode 0600) atomically and durably if there is none: of several processes that do so at once, one creates it, and the others find it
 * complete.
 * @returns whether this call created it; false if it was there, and stays as it is
 */
export function createPrivateFile(path: string, content: string | Uint8Array): boolean {
  const temporary = writeTemporary(path, content)
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** The name has a random part, because two threads of a process may write the same file. */
function writeTemporary(path: string, content: string | Uint8Array): string {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return temporary
}
