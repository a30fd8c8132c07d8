import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

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
    write(text) {
      const temporary = `${path}.new`
      const file = openSync(temporary, 'w', 0o600)
      try {
        writeFileSync(file, text)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
      syncDirectory(dirname(path))
    },
  }
}

/** A rename is durable only once its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
