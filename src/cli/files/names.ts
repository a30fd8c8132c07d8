import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../../config/files.ts'
import { encodeAddress } from '../../crypto/address.ts'

const CHECK_MS = 2_000
const file = (root: string) => join(root, 'names.json')

/** Adds names that this server shows for addresses. Nothing verifies them. */
export function addNames(root: string, names: Record<string, string>): void {
  writePrivateFile(file(root), `${JSON.stringify({ ...readNames(root), ...names }, null, 1)}\n`)
}

function readNames(root: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file(root), 'utf8')) as Record<string, string>
  } catch {
    return {}
  }
}

/** A function that looks names up. It checks every 2 s whether the file has changed, and then reads it again. */
export function nameLookup(root: string): (account: bigint) => string | undefined {
  let names: Record<string, string> = {}
  let checked = 0
  let modified = 0
  return (account) => {
    const now = Date.now()
    if (now - checked > CHECK_MS) {
      checked = now
      const changed = existsSync(file(root)) ? statSync(file(root)).mtimeMs : 0
      if (changed !== modified) {
        modified = changed
        names = readNames(root)
      }
    }
    return names[encodeAddress(account)]
  }
}
