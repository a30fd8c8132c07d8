import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hexToBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { writePrivateFile } from '../../config/files.ts'
import { ed25519PublicKey } from '../../crypto/ed25519.ts'
import type { Validator } from '../../ledger/genesis.ts'

/** The Ed25519 seeds of a validator: one votes, the other speaks to peers. */
interface ValidatorKeys {
  voting: Uint8Array
  transport: Uint8Array
}

const file = (nodeFolder: string) => join(nodeFolder, 'validator.json')

/** Makes the keys of a new validator (mode 0600), or returns those that are there. */
export function createValidatorKeys(nodeFolder: string): ValidatorKeys {
  if (!existsSync(file(nodeFolder))) {
    const seed = () => randomBytes(32).toString('hex')
    writePrivateFile(
      file(nodeFolder),
      `${JSON.stringify({ format: '1', voting: seed(), transport: seed() }, null, 2)}\n`,
    )
  }
  return readValidatorKeys(nodeFolder)
}

/** @throws Failure VALIDATOR_KEY */
export function readValidatorKeys(nodeFolder: string): ValidatorKeys {
  try {
    const { format, voting, transport } = JSON.parse(readFileSync(file(nodeFolder), 'utf8')) as Record<
      string,
      string
    >
    if (format !== '1') throw new Error(`unknown format ${format}`)
    return { voting: hexToBytes(voting!, 32), transport: hexToBytes(transport!, 32) }
  } catch (cause) {
    throw new Failure('VALIDATOR_KEY', `${file(nodeFolder)} is missing or damaged`, {
      hint: 'put the file back from a backup; without it this validator cannot vote',
      cause,
    })
  }
}

/** What genesis says of a validator. */
export function validatorOf(name: string, { voting, transport }: ValidatorKeys): Validator {
  return { name, votingKey: ed25519PublicKey(voting), transportKey: ed25519PublicKey(transport) }
}
