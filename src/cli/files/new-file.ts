import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../config/failure.ts'
import { syncFolder } from '../../config/files.ts'

/**
 * Writes a text, part by part, to a file that does not exist yet. A file that could not be written whole is removed; one that was is durable.
 * @throws Failure `BAD_FILE`
 */
export function writeNewFile(path: string, parts: Iterable<string>): void {
  let file: number | undefined
  try {
    file = openSync(path, 'wx')
    for (const part of parts) writeFileSync(file, part)
    fsyncSync(file)
    syncFolder(dirname(path))
  } catch (cause) {
    if (file !== undefined) rmSync(path)
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new Failure('BAD_FILE', `${path} cannot be written: ${code === 'EEXIST' ? 'it exists' : code}`, {
      cause,
    })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
