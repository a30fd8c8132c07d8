import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { Failure } from '../../config/failure.ts'
import { writePrivateFile } from '../../config/files.ts'
import { type Admission, type Budgets, mapBudgets, type Sponsor } from '../../ledger/admission.ts'
import {
  type Genesis,
  genesisToJson,
  type Limits,
  parseGenesis,
  type Validator,
} from '../../ledger/genesis.ts'
import { RejectionError } from '../../ledger/rejection.ts'

const MAX_BYTES = 256 * 1024 * 1024

/** A block of 4,096 that a node saw nothing of before is checked in 1.3 s on two cores, which is less than `baseMs` (PROTOCOL.md, "Views"). */
const DEFAULT_LIMITS: Limits = {
  maxRecords: 4_096,
  maxBodyBytes: 8 * 1024 * 1024,
  openingsPerSigner: 2_048,
  poolEntries: 50_000,
  poolBytes: 128 * 1024 * 1024,
  poolPerSigner: 20_000,
}

/** What a chain with a state tree of 4^12 leaves holds in all: its nodes need about 2 GB of memory when all is used (docs/operating.md). */
const DEFAULT_CAPACITY: Budgets = {
  assets: 2 ** 22,
  bytes: 2 ** 32,
  holdings: 4 ** 12,
  retirements: 2 ** 22,
}

/** Anyone may register assets and use a quarter of the default capacity. */
const OPEN: Admission = { capacity: DEFAULT_CAPACITY, sponsors: [], share: 250 }

/**
 * Sponsors with budgets out of the default capacity. If it is open, anyone else may use a quarter of it, and half of it is left to them.
 * @param sponsorsOf the sponsors, of what is theirs together
 */
export function admissionOf(open: boolean, sponsorsOf: (available: Budgets) => Sponsor[]): Admission {
  const available = open ? mapBudgets((budget) => DEFAULT_CAPACITY[budget] / 2) : DEFAULT_CAPACITY
  return { ...OPEN, sponsors: sponsorsOf(available), ...(open ? {} : { share: undefined }) }
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
    format: '2',
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
    admission: OPEN,
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
      hint: 'start with ictl up, or make one with ictl genesis new; to check a file of another chain, name its genesis with --genesis',
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
