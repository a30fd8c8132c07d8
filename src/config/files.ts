import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Only its owner may read and write it. */
const PRIVATE = 0o600
/** What a process usually gives a new file: the rest is up to its umask. */
const PUBLIC = 0o666

/** What is written to a file: a text or bytes, or the parts of a text. */
export type Content = string | Uint8Array | Iterable<string>

/** Writes a file (mode 0600) atomically and durably: a crash at any time leaves the old file or the new one, and the new one once this returns. */
export function writePrivateFile(path: string, content: Content): void {
  moveIntoPlace(writeTemporary(path, content, PRIVATE), path)
}

/** The same for a file that is no secret. */
export function writePublicFile(path: string, content: Content): void {
  moveIntoPlace(writeTemporary(path, content, PUBLIC), path)
}

/** The same for a file that something else writes, at the path that it is given. */
export async function makePublicFile(
  path: string,
  write: (path: string) => void | Promise<void>,
): Promise<void> {
  const temporary = temporaryOf(path)
  try {
    await write(temporary)
    sync(temporary)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  moveIntoPlace(temporary, path)
}

/**
 * Creates a file (mode 0600) atomically and durably if there is none: of several processes that do so at once, one creates it, and the others find it
 * complete.
 * @returns whether this call created it; false if it was there, and stays as it is
 */
export function createPrivateFile(path: string, content: Content): boolean {
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
  const first = makeFolder(path, 0o700)
  if (first === undefined) return
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder))
    syncFolder(dirname(folder))
}

/**
 * Makes a folder if there is none, with those above it. Node's `recursive` is not used: it tries for ever where a folder that exists takes no other
 * one and says ENOENT, as /proc does.
 * @param mode of those that are made, less the umask
 * @returns the first one that was made; undefined if all were there
 * @throws errors of the file system, such as EEXIST if there is a file of that name
 */
export function makeFolder(path: string, mode = 0o777): string | undefined {
  const folder = resolve(path)
  const above = dirname(folder)
  const first = existsSync(above) ? undefined : makeFolder(above, mode)
  try {
    mkdirSync(folder, mode)
    return first ?? folder
  } catch (error) {
    // It may be there, or another process may have made it just now.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return first
    throw error
  }
}

/** Makes names durable: a file that was created, renamed or removed is so after a crash only if its folder was synced. */
export function syncFolder(path: string): void {
  sync(path)
}

/** Makes what a file or a folder has durable. */
function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The name has a random part, because two threads of a process may write the same file. */
function temporaryOf(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`
}

/** What could not be written whole is removed. */
function writeTemporary(path: string, content: Content, mode: number): string {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content
  const temporary = temporaryOf(path)
  const file = openSync(temporary, 'wx', mode)
  try {
    for (const part of parts) writeFileSync(file, part)
    fsyncSync(file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  return temporary
}
