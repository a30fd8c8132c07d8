import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../../config/files.ts'

/** Where the text of signer.json is kept. */
export interface SignerDisk {
  /** Shown to operators. */
  path: string
  exists(): boolean
  /** @throws Error if there is none, or it cannot be read */
  read(): string
  /** Does all or nothing: on a full disk the last text stands. Durable when it returns. @throws Error */
  write(text: string): void
}

/** The file signer.json of a folder. */
export function signerDiskIn(dir: string): SignerDisk {
  const path = join(dir, 'signer.json')
  return {
    path,
    exists: () => existsSync(path),
    read: () => readFileSync(path, 'utf8'),
    write: (text) => writePrivateFile(path, text),
  }
}
