import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { Failure } from '../../config/failure.ts'
import { writePrivateFile } from '../../config/files.ts'
import {
  type Genesis,
  genesisToJson,
  type Limits,
  parseGenesis,
  type Validator,
} from '../../ledger/genesis.ts'
import { RejectionError } from '../../ledger/rejection.ts'

const MAX_BYTES = 256 * 1024 * 1024

const DEFAULT_LIMITS: Limits = {
  maxRecords: 4_096,
  maxBodyBytes: 8 * 1024 * 1024,
  openingsPerSigner: 2_048,
  poolEntries: 50_000,
  poolBytes: 128 * 1024 * 1024,
  poolPerSigner: 20_000,
}

/** A genesis with default values, starting at the first full second at or after `now` (milliseconds since 1970); `rest` overrides any of them. */
export function newGenesis(options: {
  name: string
  validators: Validator[]
  vkHash: string
  eraMs?: number
  now: number
  rest?: Partial<Genesis>
}): Genesis {
  const { name, validators, vkHash, eraMs = 2_000, now, rest = {} } = options
  return {
    format: '1',
    name,
    salt: randomBytes(32).toString('hex'),
    startTime: Math.ceil(now / 1_000) * 1_000,
    eraMs,
    delay: 1,
    ttl: 150,
    batchSize: 4,
    stateDepth: 12,
    baseMs: 2_000,
    skewMs: 200,
    limits: DEFAULT_LIMITS,
    validators,
    provingKey: { kind: 'development', vkHash },
    registration: 'anyone',
    definitions: [],
    allocations: [],
    ...rest,
  }
}

/** Writes a genesis as JSON. */
export function writeGenesis(path: string, genesis: Genesis): void {
  writePrivateFile(path, `${JSON.stringify(genesisToJson(genesis), null, 2)}\n`)
}

/** Reads a genesis file. @throws Failure NO_GENESIS, or BAD_GENESIS with what is wrong in it */
export function readGenesis(path: string): Genesis {
  if (!existsSync(path)) {
    throw new Failure('NO_GENESIS', `there is no genesis at ${path}`, {
      hint: 'start with ictl up, or make one with ictl genesis new',
    })
  }
  try {
    return parseGenesis(parseJson(readFileSync(path, 'utf8'), MAX_BYTES))
  } catch (cause) {
    if (!(cause instanceof RejectionError || cause instanceof DecodeError)) throw cause
    throw new Failure('BAD_GENESIS', `${path} is not a genesis: ${cause.message}`, {
      hint: 'restore the file that the chain was started with',
      cause,
    })
  }
}
