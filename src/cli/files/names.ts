import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { visible } from '../../codec/visible.ts'
import { Failure } from '../../config/failure.ts'
import { writePrivateFile } from '../../config/files.ts'
import { decodeAddress, encodeAddress } from '../../crypto/address.ts'
import { waitForLock } from '../../process/lock.ts'
import { termsOf } from '../../storage/folding.ts'
import { isObject, readJsonFile } from './json-file.ts'

const CHECK_MS = 2_000
const LOCK_PAUSE_MS = 20
const file = (root: string) => join(root, 'names.json')

/**
 * Adds names that this server shows for addresses. Nothing verifies them. Of several processes that add names at once, each waits for the others.
 * @throws Failure FILE_DAMAGED
 */
export async function addNames(root: string, names: Record<string, string>): Promise<void> {
  const release = await waitForLock(`${file(root)}.lock`, LOCK_PAUSE_MS)
  try {
    writePrivateFile(file(root), `${JSON.stringify({ ...readNames(root), ...names }, null, 1)}\n`)
  } finally {
    release()
  }
}

/** The names of a data directory, by address. @throws Failure FILE_DAMAGED */
export function readNames(root: string): Record<string, string> {
  return (
    readJsonFile(file(root), isNames, 'restore it from a backup, or remove it: names are only shown') ?? {}
  )
}

function isNames(content: unknown): content is Record<string, string> {
  return isObject(content) && Object.values(content).every((name) => typeof name === 'string')
}

/** A server goes on without names when their file is damaged. */
function shownNames(root: string): Record<string, string> {
  try {
    return readNames(root)
  } catch (error) {
    if (error instanceof Failure) return {}
    throw error
  }
}

/**
 * Looks names up. It checks every 2 s whether the file has changed, and then reads it again. What a terminal acts on, and bidirectional controls, are
 * served as visible text: names come from files of others, and nothing refuses them. Of a damaged file no name is shown.
 */
export function nameLookup(root: string): {
  nameOf(account: bigint): string | undefined
  /** At most `limit` accounts whose name has a word that begins with a folded text (src/storage/folding.ts). */
  accountsNamed(folded: string, limit: number): bigint[]
} {
  let names: Record<string, string> = {}
  let terms: { address: string; terms: string[] }[] = []
  let checked = 0
  let modified = 0
  const update = () => {
    const now = Date.now()
    if (now - checked <= CHECK_MS) return
    checked = now
    const changed = existsSync(file(root)) ? statSync(file(root)).mtimeMs : 0
    if (changed === modified) return
    modified = changed
    names = Object.fromEntries(
      Object.entries(shownNames(root)).map(([address, name]) => [address, visible(name)]),
    )
    terms = Object.entries(names).map(([address, name]) => ({ address, terms: termsOf(name) }))
  }
  return {
    nameOf(account) {
      update()
      return names[encodeAddress(account)]
    },
    accountsNamed(folded, limit) {
      update()
      const found = terms.filter((one) => one.terms.some((term) => term.startsWith(folded)))
      return found.slice(0, limit).map(({ address }) => decodeAddress(address))
    },
  }
}
