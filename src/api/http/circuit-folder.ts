import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  badCircuits,
  CIRCUITS_MANIFEST,
  parseServedCircuits,
  type ServedFile,
} from '../../config/served-circuits.ts'

/** A folder of circuits, as `ictl circuits export` writes it. */
export interface CircuitFolder {
  path: string
  manifest: string
  /** By name: the only files that are served. */
  files: ReadonlyMap<string, ServedFile>
}

/**
 * Reads the manifest of a folder.
 * @throws Failure BAD_CIRCUITS if there is none, it is malformed, or a file has another size than it says
 */
export function readCircuitFolder(path: string): CircuitFolder {
  const at = join(path, CIRCUITS_MANIFEST)
  if (!existsSync(at)) throw badCircuits(`there is no ${at}`)
  const manifest = readFileSync(at, 'utf8')
  const files = new Map<string, ServedFile>()
  for (const { key, program } of parseServedCircuits(manifest))
    for (const file of [key, program]) {
      const found = statSync(join(path, file.file), { throwIfNoEntry: false })
      if (!found?.isFile() || found.size !== file.bytes)
        throw badCircuits(`${file.file} is missing, or has another size`)
      files.set(file.file, file)
    }
  return { path, manifest, files }
}
