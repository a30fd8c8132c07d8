import { existsSync } from 'node:fs'
import { Failure } from '../../config/failure.ts'
import { writePublicFile } from '../../config/files.ts'

/**
 * Writes a text, part by part, to a file that does not exist yet: a crash at any time leaves the whole file or none, and the whole one once this returns.
 * Of two processes that do so at once, the later one wins.
 * @throws Failure `BAD_FILE`
 */
export function writeNewFile(path: string, parts: Iterable<string>): void {
  if (existsSync(path)) throw unwritable(path, 'it exists')
  try {
    writePublicFile(path, parts)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw code === undefined ? cause : unwritable(path, code, cause)
  }
}

function unwritable(path: string, why: string, cause?: unknown): Failure {
  return new Failure('BAD_FILE', `${path} cannot be written: ${why}`, { cause })
}
