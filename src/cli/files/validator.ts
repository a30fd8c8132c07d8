import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { createPrivateFile } from '../../config/files.ts'
import { ed25519PublicKey } from '../../crypto/ed25519.ts'
import { type Sealed, seal, unseal } from '../../keys/seal.ts'
import type { Validator } from '../../ledger/genesis.ts'

/** Names of a validator's Ed25519 keys, in the order in which their seeds of 32 bytes are sealed. */
const KEYS = ['voting', 'transport', 'log'] as const
const SEED_BYTES = 32

/** The Ed25519 seeds of a validator, 32 bytes each. */
type ValidatorKeys = Record<(typeof KEYS)[number], Uint8Array>

/** Version of the file below. */
const FORMAT = '2'

const file = (nodeFolder: string) => join(nodeFolder, 'validator.json')

/** Authenticated with the sealed seeds, so that nothing else that is sealed can take their place. */
const SEAL_CONTEXT = 'inpigritas/validator/v2'

/** Makes the keys of a new node (mode 0600), sealed if there is a passphrase. If the node has keys, returns those. */
export function createValidatorKeys(nodeFolder: string, passphrase?: string): ValidatorKeys {
  if (!existsSync(file(nodeFolder))) {
    const seeds = randomBytes(KEYS.length * SEED_BYTES)
    const keys =
      passphrase === undefined
        ? mapKeys((_, i) => bytesToHex(seedAt(seeds, i)))
        : { sealed: seal(seeds, passphrase, SEAL_CONTEXT) }
    createPrivateFile(file(nodeFolder), `${JSON.stringify({ format: FORMAT, ...keys }, null, 2)}\n`)
  }
  return readValidatorKeys(nodeFolder, passphrase)
}

/**
 * Reads the keys of a node.
 * @throws Failure VALIDATOR_KEY, NO_PASSPHRASE; RejectionError WRONG_PASSPHRASE
 */
export function readValidatorKeys(nodeFolder: string, passphrase?: string): ValidatorKeys {
  const { format, sealed, ...keys } = parseFile(nodeFolder)
  if (format !== FORMAT) throw damaged(nodeFolder)
  if (sealed === undefined) {
    try {
      return mapKeys((name) => hexToBytes(keys[name] ?? '', SEED_BYTES))
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
  return mapKeys((_, i) => seedAt(seeds, i))
}

function mapKeys<T>(map: (name: keyof ValidatorKeys, index: number) => T): Record<keyof ValidatorKeys, T> {
  return Object.fromEntries(KEYS.map((name, i) => [name, map(name, i)])) as Record<keyof ValidatorKeys, T>
}

function seedAt(seeds: Uint8Array, index: number): Uint8Array {
  return seeds.slice(index * SEED_BYTES, (index + 1) * SEED_BYTES)
}

interface KeyFile extends Partial<Record<keyof ValidatorKeys, string>> {
  format?: string
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
export function validatorOf(name: string, { voting, transport, log }: ValidatorKeys): Validator {
  return {
    name,
    votingKey: ed25519PublicKey(voting),
    transportKey: ed25519PublicKey(transport),
    logKey: ed25519PublicKey(log),
  }
}
