import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Only its owner may read and write it. */
const PRIVATE = 0o600
/** What a process usually gives a new file: the rest is up to its umask. */
const PUBLIC = 0o666

/** Writes a file (mode 0600) atomically and durably: a crash at any time leaves the old file or the new one, and the new one once this returns. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  moveIntoPlace(writeTemporary(path, content, PRIVATE), path)
}

/** The same for a file that is no secret. */
export function writePublicFile(path: string, content: string | Uint8Array): void {
  moveIntoPlace(writeTemporary(path, content, PUBLIC), path)
}

/**
 * Creates a file (mode 0600) atomically and durably if there is none: of several processes that do so at once, one creates it, and the others find it
 * complete.
 * @returns whether this call created it; false if it was there, and stays as it is
 */
export function createPrivateFile(path: string, content: string | Uint8Array): boolean {
  const temporary = writeTemporary(path, content, PRIVATE)
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(temporary, { force: true })
    // Also where another process has created it, which may not be as far yet.
    syncFolder(dirname(path))
  }
}

/** Gives a file or a folder, whose content is durable, its name; in place of what has that name. Durable when it returns. */
export function moveIntoPlace(from: string, path: string): void {
  renameSync(from, path)
  syncFolder(dirname(path))
}

/** Makes a folder (mode 0700) durably if there is none, with those above it. */
export function makePrivateFolder(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  const first = resolve(made)
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder))
    syncFolder(dirname(folder))
}

/** Makes names durable: a file that was created, renamed or removed is so after a crash only if its folder was synced. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** The name has a random part, because two threads of a process may write the same file. What could not be written whole is removed. */
function writeTemporary(path: string, content: string | Uint8Array, mode: number): string {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`
  const file = openSync(temporary, 'wx', mode)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  return temporary
}
