import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { createPrivateFile } from '../../config/files.ts'
import { ed25519PublicKey } from '../../crypto/ed25519.ts'
import { type Sealed, seal, unseal } from '../../keys/seal.ts'
import type { Validator } from '../../ledger/genesis.ts'

/** The Ed25519 seeds of a validator: the voting key's and the transport key's, 32 bytes each. */
interface ValidatorKeys {
  voting: Uint8Array
  transport: Uint8Array
}

const file = (nodeFolder: string) => join(nodeFolder, 'validator.json')

/** Authenticated with the sealed seeds, so that nothing else that is sealed can take their place. */
const SEAL_CONTEXT = 'inpigritas/validator/v1'

/** Makes the keys of a new node (mode 0600), sealed if there is a passphrase. If the node has keys, returns those. */
export function createValidatorKeys(nodeFolder: string, passphrase?: string): ValidatorKeys {
  if (!existsSync(file(nodeFolder))) {
    const seeds = randomBytes(64)
    const keys =
      passphrase === undefined
        ? { voting: bytesToHex(seeds.subarray(0, 32)), transport: bytesToHex(seeds.subarray(32)) }
        : { sealed: seal(seeds, passphrase, SEAL_CONTEXT) }
    createPrivateFile(file(nodeFolder), `${JSON.stringify({ format: '1', ...keys }, null, 2)}\n`)
  }
  return readValidatorKeys(nodeFolder, passphrase)
}

/**
 * Reads the keys of a node.
 * @throws Failure VALIDATOR_KEY, NO_PASSPHRASE; RejectionError WRONG_PASSPHRASE
 */
export function readValidatorKeys(nodeFolder: string, passphrase?: string): ValidatorKeys {
  const { format, voting, transport, sealed } = parseFile(nodeFolder)
  if (format !== '1') throw damaged(nodeFolder)
  if (sealed === undefined) {
    try {
      return { voting: hexToBytes(voting ?? '', 32), transport: hexToBytes(transport ?? '', 32) }
    } catch (cause) {
      throw damaged(nodeFolder, cause)
    }
  }
  if (passphrase === undefined) {
    throw new Failure('NO_PASSPHRASE', `${file(nodeFolder)} is encrypted with a passphrase`, {
      hint: 'name the passphrase file with --passphrase-file or INPIGRITAS_PASSPHRASE_FILE',
    })
  }
  const seeds = unseal(sealed, passphrase, SEAL_CONTEXT)
  return { voting: seeds.slice(0, 32), transport: seeds.slice(32) }
}

interface KeyFile {
  format?: string
  voting?: string
  transport?: string
  sealed?: Sealed
}

function parseFile(nodeFolder: string): KeyFile {
  try {
    return JSON.parse(readFileSync(file(nodeFolder), 'utf8')) as KeyFile
  } catch (cause) {
    throw damaged(nodeFolder, cause)
  }
}

function damaged(nodeFolder: string, cause?: unknown): Failure {
  return new Failure('VALIDATOR_KEY', `${file(nodeFolder)} is missing or damaged`, {
    hint: 'restore it from a backup; without it this validator cannot vote',
    cause,
  })
}

/** A validator's entry in genesis: its name and public keys. */
export function validatorOf(name: string, { voting, transport }: ValidatorKeys): Validator {
  return { name, votingKey: ed25519PublicKey(voting), transportKey: ed25519PublicKey(transport) }
}
