import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { createPrivateFile, makePrivateFolder } from '../../config/files.ts'
import { ed25519PublicKey, signEd25519 } from '../../crypto/ed25519.ts'
import { type Sealed, seal, unseal } from '../../keys/seal.ts'
import { cosignerKey } from '../../log/cosignature.ts'
import type { NoteKey } from '../../log/note.ts'

const FORMAT = '1'
/** Authenticated with the sealed seed, so that nothing else that is sealed can take its place. */
const SEAL_CONTEXT = 'inpigritas/witness/v1'

/** A witness's key. */
export interface WitnessKey {
  key: NoteKey
  sign(message: Uint8Array): Uint8Array
}

interface KeyFile {
  format?: string
  name?: string
  seed?: string
  sealed?: Sealed
}

/**
 * Reads the key of a witness; makes it (mode 0600) at the first start, sealed if there is a passphrase.
 * @param name what the key is called; needed at the first start only
 * @throws Failure NO_WITNESS_NAME, WITNESS_KEY, NO_PASSPHRASE; RejectionError WRONG_PASSPHRASE
 */
export function openWitnessKey(folder: string, name?: string, passphrase?: string): WitnessKey {
  const path = join(folder, 'witness.json')
  if (!existsSync(path)) create(folder, path, name, passphrase)
  const { format, name: named, seed, sealed } = parseFile(path)
  if (format !== FORMAT || named === undefined) throw damaged(path)
  if (name !== undefined && name !== named)
    throw new Failure('WITNESS_KEY', `${path} is the key of ${named}, not of ${name}`, {
      hint: 'leave out --name, or choose another --data',
    })
  if (sealed !== undefined && passphrase === undefined) {
    throw new Failure('NO_PASSPHRASE', `${path} is encrypted with a passphrase`, {
      hint: 'name the passphrase file with --passphrase-file or INPIGRITAS_PASSPHRASE_FILE',
    })
  }
  const secret = sealed === undefined ? fromHex(path, seed) : unseal(sealed, passphrase!, SEAL_CONTEXT)
  return {
    key: cosignerKey(named, ed25519PublicKey(secret)),
    sign: (message) => signEd25519(secret, message),
  }
}

function create(
  folder: string,
  path: string,
  name: string | undefined,
  passphrase: string | undefined,
): void {
  if (name === undefined || !/^[^\s+]{1,128}$/.test(name)) {
    throw new Failure(
      'NO_WITNESS_NAME',
      'a new witness needs a name of at most 128 characters without spaces and plus signs',
      {
        hint: 'give it one with --name, such as witness.example.com/1',
      },
    )
  }
  const seed = randomBytes(32)
  const secret =
    passphrase === undefined ? { seed: bytesToHex(seed) } : { sealed: seal(seed, passphrase, SEAL_CONTEXT) }
  makePrivateFolder(folder)
  createPrivateFile(path, `${JSON.stringify({ format: FORMAT, name, ...secret }, null, 2)}\n`)
}

function parseFile(path: string): KeyFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeyFile
  } catch (cause) {
    throw damaged(path, cause)
  }
}

function fromHex(path: string, seed: string | undefined): Uint8Array {
  try {
    return hexToBytes(seed ?? '', 32)
  } catch (cause) {
    throw damaged(path, cause)
  }
}

function damaged(path: string, cause?: unknown): Failure {
  return new Failure('WITNESS_KEY', `${path} is damaged`, { hint: 'restore it from a backup', cause })
}
