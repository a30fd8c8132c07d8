import { readFileSync } from 'node:fs'
import { Failure } from '../../config/failure.ts'

/**
 * What is in a JSON file that is written again later.
 * @returns undefined if there is no such file
 * @throws Failure FILE_DAMAGED if it cannot be read, or is not what was written: as if it were not there, it would be overwritten
 */
export function readJsonFile<T>(
  path: string,
  isIntact: (content: unknown) => content is T,
  hint: string,
): T | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isIntact(content)) return content
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw damaged(path, hint, cause)
  }
  throw damaged(path, hint)
}

/** True for an object; `null` and lists are none. */
export function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function damaged(path: string, hint: string, cause?: unknown): Failure {
  return new Failure('FILE_DAMAGED', `${path} is damaged; it is left as it is`, { hint, cause })
}
