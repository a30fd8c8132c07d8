import { bytesToHex, hexToBytes, utf8 } from '../codec/bytes.ts'
import { canonicalJson, type Json } from '../codec/canonical-json.ts'
import { fieldToHex } from '../crypto/field.ts'
import { h31 } from '../crypto/h31.ts'
import { sha256 } from '../crypto/hash.ts'
import { type Admission, admissionToJson, parseAdmission } from './admission.ts'
import type { AssetDefinition } from './asset.ts'
import { parseDefinition } from './definition.ts'
import { JsonReader } from './json-reader.ts'
import { MAX_ACTION_BYTES, MAX_AMOUNT } from './params.ts'
import { parseReservations, type ReservationRules } from './reservation.ts'

/** Limits on blocks, openings and pools. They are the same on every node of a chain. */
export interface Limits {
  /** Maximum number of actions per block. */
  maxRecords: number
  /** Maximum size of a block's body in bytes. */
  maxBodyBytes: number
  /** Maximum number of holdings that a signer may open per era. */
  openingsPerSigner: number
  poolEntries: number
  poolBytes: number
  poolPerSigner: number
}

export interface Validator {
  name: string
  /** Ed25519 public keys, 32 bytes each. No two may be the same. */
  votingKey: Uint8Array
  transportKey: Uint8Array
  /** Cosigns checkpoints of the log of headers. */
  logKey: Uint8Array
}

/** The key that batch proofs must verify under. */
interface ProvingKeyPin {
  kind: 'development' | 'production'
  /** SHA-256 of the verification key's fixed encoding, 64 hex digits. */
  vkHash: string
}

export interface Allocation {
  to: bigint
  /** Code of an asset that this genesis defines. */
  asset: string
  amount: bigint
}

/** The parameters and the initial state of a chain. PROTOCOL.md, "Genesis". */
export interface Genesis {
  format: '2'
  name: string
  /** 32 random bytes in hex, so that two chains with the same parameters have different ids. */
  salt: string
  /** T0, when era 0 begins, in milliseconds since 1970. */
  startTime: number
  /** L, the length of an era in milliseconds. */
  eraMs: number
  /** Minimum number of eras between the submission of an action and the era that it names. */
  delay: number
  /** Number of eras, from the one that it names, in which a block may contain an action. */
  ttl: number
  /** B, the number of records per batch: a power of 4. */
  batchSize: number
  /** Levels of the state tree. */
  stateDepth: number
  /** Base of the consensus timer, milliseconds. */
  baseMs: number
  /** Maximum difference between the clocks of validators, in milliseconds. */
  skewMs: number
  limits: Limits
  validators: Validator[]
  provingKey: ProvingKeyPin
  /** Who may register assets, and how much all of it may be. */
  admission: Admission
  /** If codes must be reserved before they are registered: how long. */
  reservations?: ReservationRules
  definitions: AssetDefinition[]
  allocations: Allocation[]
  /** The chain that this one continues: its chainId and the hash of its last block, in hex. */
  parent?: { chainId: string; block: string }
}

const FIELDS = [
  'format',
  'name',
  'salt',
  'startTime',
  'eraMs',
  'delay',
  'ttl',
  'batchSize',
  'stateDepth',
  'baseMs',
  'skewMs',
  'limits',
  'validators',
  'provingKey',
  'admission',
  'definitions',
  'allocations',
]
/** Bounds of each limit, in the order of the interface. */
const LIMITS: Record<keyof Limits, readonly [min: number, max: number]> = {
  maxRecords: [1, 65_536],
  maxBodyBytes: [MAX_ACTION_BYTES + 8, 64 * 1024 * 1024],
  openingsPerSigner: [1, 65_536],
  poolEntries: [1, 10_000_000],
  poolBytes: [MAX_ACTION_BYTES, 2 ** 40],
  poolPerSigner: [1, 10_000_000],
}
const MAX_VALIDATORS = 128
const MAX_DEFINITIONS = 65_536
const MAX_ALLOCATIONS = 1_048_576
const HOUR_MS = 3_600_000

/**
 * Reads a genesis from parsed JSON, in which integers are decimal strings. PROTOCOL.md, "Genesis".
 * Does not check that its definitions and allocations can be applied; `applyGenesis` does.
 * @throws RejectionError `BAD_GENESIS` or `BAD_DEFINITION` with the path of the fault; unknown properties are faults too
 */
export function parseGenesis(json: unknown): Genesis {
  const reader: JsonReader = new JsonReader('BAD_GENESIS')
  const fields = reader.object(json, 'genesis', FIELDS, ['parent', 'reservations'])
  if (fields.format !== '2') reader.fail('format', 'must be "2", the format that this version reads')
  const integer = (name: string, min: number, max: number) => reader.integer(fields[name], name, min, max)
  const stateDepth = integer('stateDepth', 1, 16)
  const genesis: Genesis = {
    format: '2',
    name: reader.text(fields.name, 'name', 1, 128),
    salt: reader.hex(fields.salt, 'salt', 32),
    startTime: integer('startTime', 0, 2 ** 48),
    eraMs: integer('eraMs', 10, 24 * HOUR_MS),
    delay: integer('delay', 0, 1_000),
    ttl: integer('ttl', 1, 1_000_000),
    batchSize: integer('batchSize', 4, 4096),
    stateDepth,
    baseMs: integer('baseMs', 1, HOUR_MS),
    skewMs: integer('skewMs', 0, HOUR_MS),
    limits: parseLimits(reader, fields.limits),
    validators: reader
      .list(fields.validators, 'validators', MAX_VALIDATORS)
      .map((v) => parseValidator(reader, v)),
    provingKey: parseProvingKey(reader, fields.provingKey),
    admission: parseAdmission(reader, fields.admission, 4 ** stateDepth),
    definitions: reader.list(fields.definitions, 'definitions', MAX_DEFINITIONS).map(parseDefinition),
    allocations: reader
      .list(fields.allocations, 'allocations', MAX_ALLOCATIONS)
      .map((a) => parseAllocation(reader, a)),
  }
  if (!Number.isInteger(Math.log2(genesis.batchSize) / 2)) reader.fail('batchSize', 'must be a power of 4')
  if (genesis.validators.length === 0) reader.fail('validators', 'must not be empty')
  const keys = genesis.validators.flatMap(({ votingKey, transportKey, logKey }) =>
    [votingKey, transportKey, logKey].map(bytesToHex),
  )
  if (new Set(keys).size !== keys.length) reader.fail('validators', 'has the same key twice')
  if (fields.reservations !== undefined) genesis.reservations = parseReservations(reader, fields.reservations)
  if (fields.parent !== undefined) genesis.parent = parseParent(reader, fields.parent)
  return genesis
}

function parseLimits(reader: JsonReader, value: unknown): Limits {
  const fields = reader.object(value, 'limits', Object.keys(LIMITS))
  const limits = Object.entries(LIMITS).map(([name, [min, max]]) => [
    name,
    reader.integer(fields[name], `limits.${name}`, min, max),
  ])
  return Object.fromEntries(limits) as Limits
}

/** Reads a validator's entry. @param path where it is, for faults @throws RejectionError of the reader's code */
export function parseValidator(reader: JsonReader, value: unknown, path = 'validators'): Validator {
  const fields = reader.object(value, path, ['name', 'votingKey', 'transportKey', 'logKey'])
  const key = (name: string) => hexToBytes(reader.hex(fields[name], `${path}.${name}`, 32))
  return {
    name: reader.text(fields.name, `${path}.name`, 1, 64),
    votingKey: key('votingKey'),
    transportKey: key('transportKey'),
    logKey: key('logKey'),
  }
}

function parseProvingKey(reader: JsonReader, value: unknown): ProvingKeyPin {
  const { kind, vkHash } = reader.object(value, 'provingKey', ['kind', 'vkHash'])
  if (kind !== 'development' && kind !== 'production') {
    reader.fail('provingKey.kind', 'must be "development" or "production"')
  }
  return { kind, vkHash: reader.hex(vkHash, 'provingKey.vkHash', 32) }
}

function parseAllocation(reader: JsonReader, value: unknown): Allocation {
  const fields = reader.object(value, 'allocations', ['to', 'asset', 'amount'])
  return {
    to: reader.field(fields.to, 'allocations.to'),
    asset: reader.text(fields.asset, 'allocations.asset', 1, 64),
    amount: reader.decimal(fields.amount, 'allocations.amount', 1n, MAX_AMOUNT),
  }
}

function parseParent(reader: JsonReader, value: unknown): { chainId: string; block: string } {
  const { chainId, block } = reader.object(value, 'parent', ['chainId', 'block'])
  reader.field(chainId, 'parent.chainId')
  return { chainId: chainId as string, block: reader.hex(block, 'parent.block', 32) }
}

/** The JSON form of a genesis, which parseGenesis reads. */
export function genesisToJson(genesis: Genesis): Json {
  const { format, name, salt, definitions, parent, reservations } = genesis
  const numbers = {
    startTime: genesis.startTime,
    eraMs: genesis.eraMs,
    delay: genesis.delay,
    ttl: genesis.ttl,
    batchSize: genesis.batchSize,
    stateDepth: genesis.stateDepth,
    baseMs: genesis.baseMs,
    skewMs: genesis.skewMs,
  }
  return {
    format,
    name,
    salt,
    ...decimals(numbers),
    ...paramsJson(genesis),
    admission: admissionToJson(genesis.admission),
    definitions: definitions.map((definition) => ({ ...definition })),
    allocations: genesis.allocations.map(({ to, asset, amount }) => ({
      to: fieldToHex(to),
      asset,
      amount: amount.toString(),
    })),
    ...(reservations === undefined ? {} : { reservations: decimals({ ...reservations }) }),
    ...(parent === undefined ? {} : { parent: { ...parent } }),
  }
}

/** The part of the JSON that paramsHash covers. */
function paramsJson(genesis: Genesis) {
  return {
    limits: decimals({ ...genesis.limits }),
    provingKey: { ...genesis.provingKey },
    validators: genesis.validators.map(validatorToJson),
  }
}

/** A validator's entry as `parseValidator` reads it. */
export function validatorToJson({ name, votingKey, transportKey, logKey }: Validator) {
  return {
    name,
    votingKey: bytesToHex(votingKey),
    transportKey: bytesToHex(transportKey),
    logKey: bytesToHex(logKey),
  }
}

function decimals(numbers: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value.toString()]))
}

const chainIds = new WeakMap<Genesis, bigint>()

/** H31 of the canonical genesis. It is kept per object, because a genesis may have many megabytes; so a genesis must not change once it is in use. */
export function chainIdOf(genesis: Genesis): bigint {
  const known = chainIds.get(genesis)
  if (known !== undefined) return known
  const chainId = h31(canonicalJson(genesisToJson(genesis)))
  chainIds.set(genesis, chainId)
  return chainId
}

/** SHA-256 of the canonical JSON of the genesis's limits, provingKey and validators. */
export function paramsHashOf(genesis: Genesis): Uint8Array {
  return sha256(utf8(canonicalJson(paramsJson(genesis))))
}
