import { utf8 } from '../codec/bytes.ts'
import { canonicalJson } from '../codec/canonical-json.ts'
import { ADDRESS, encodeAddress } from '../crypto/address.ts'
import { fieldFromHex } from '../crypto/field.ts'
import { h31, tag } from '../crypto/h31.ts'
import { hashAll, type Poseidon, perPoseidon } from '../crypto/poseidon.ts'
import { type Asset, type AssetDefinition, CUSTODY_MODELS, type CustodyModel } from './asset.ts'
import { JsonReader } from './json-reader.ts'
import { MAX_AMOUNT, MAX_DECIMALS, MAX_DEFINITION_BYTES, MAX_MADE_FROM, MINT, RETIRED } from './params.ts'

export const ASSET_TAG = tag('asset')

const CODE = /^[A-Za-z0-9._:/-]{1,64}$/
const MAX_NAME_CHARACTERS = 128
const MAX_METADATA_ENTRIES = 32
const MAX_METADATA_KEY_CHARACTERS = 64
const MAX_METADATA_VALUE_CHARACTERS = 1024
const FIELDS = ['code', 'name', 'issuer', 'cap', 'decimals', 'reinstatable', 'madeFrom', 'metadata']

/** Canonical texts of definitions that were parsed, which are frozen: on its way into a block, one is asked for up to ten times. */
const texts = new WeakMap<AssetDefinition, string>()
/** What is hashed of them: a leader applies a registration when it is submitted, and again when it makes a block. */
const knownHashes = perPoseidon(() => new WeakMap<AssetDefinition, Hashes>())

/**
 * Reads a definition from parsed JSON. PROTOCOL.md, "Definitions".
 * @returns a frozen object
 * @throws RejectionError `BAD_DEFINITION` with the path of the fault; unknown properties are faults too
 */
export function parseDefinition(json: unknown): AssetDefinition {
  const reader: JsonReader = new JsonReader('BAD_DEFINITION')
  const fields = reader.object(json, 'definition', FIELDS, ['custody'])
  const code = reader.text(fields.code, 'code', 1, 64)
  if (!CODE.test(code)) reader.fail('code', 'must be 1 to 64 of A-Za-z0-9._:/-')
  const issuer = reader.field(fields.issuer, 'issuer')
  if (issuer === MINT || issuer === RETIRED) reader.fail('issuer', 'must be the account of a key')
  if (ADDRESS.test(code) && code !== encodeAddress(issuer))
    reader.fail('code', 'has the form of an address, and is not that of the issuer')
  reader.decimal(fields.cap, 'cap', 1n, MAX_AMOUNT)
  reader.integer(fields.decimals, 'decimals', 0, MAX_DECIMALS)
  const { reinstatable } = fields
  if (typeof reinstatable !== 'boolean') reader.fail('reinstatable', 'must be true or false')
  const definition: AssetDefinition = Object.freeze({
    code,
    name: reader.text(fields.name, 'name', 1, MAX_NAME_CHARACTERS),
    issuer: fields.issuer as string,
    cap: fields.cap as string,
    decimals: fields.decimals as string,
    reinstatable,
    madeFrom: parseMadeFrom(reader, fields.madeFrom),
    metadata: parseMetadata(reader, fields.metadata),
    ...(fields.custody === undefined ? {} : { custody: parseCustody(reader, fields.custody) }),
  })
  const text = canonicalJson(definition)
  if (utf8(text).length > MAX_DEFINITION_BYTES) {
    reader.fail('definition', `has more than ${MAX_DEFINITION_BYTES} bytes`)
  }
  texts.set(definition, text)
  return definition
}

function parseCustody(reader: JsonReader, value: unknown): CustodyModel {
  const model = CUSTODY_MODELS.find((known) => known === value)
  return model ?? reader.fail('custody', `must be one of ${CUSTODY_MODELS.join(', ')}`)
}

function parseMadeFrom(reader: JsonReader, value: unknown): string[] {
  const hashes = reader.list(value, 'madeFrom', MAX_MADE_FROM)
  for (const hash of hashes) reader.field(hash, 'madeFrom')
  if (new Set(hashes).size !== hashes.length) reader.fail('madeFrom', 'names a retirement twice')
  return Object.freeze([...(hashes as string[])]) as string[]
}

function parseMetadata(reader: JsonReader, value: unknown): Record<string, string> {
  const entries = Object.entries(reader.entries(value, 'metadata'))
  if (entries.length > MAX_METADATA_ENTRIES) {
    reader.fail('metadata', `has more than ${MAX_METADATA_ENTRIES} entries`)
  }
  for (const [key, text] of entries) {
    reader.text(key, 'metadata', 1, MAX_METADATA_KEY_CHARACTERS)
    reader.text(text, 'metadata', 0, MAX_METADATA_VALUE_CHARACTERS, true)
  }
  // fromEntries defines properties and does not assign them, so "__proto__" is an ordinary key.
  return Object.freeze(Object.fromEntries(entries)) as Record<string, string>
}

/** The canonical JSON of a definition (RFC 8785). Its hash is part of the asset id that the issuer signs. */
export function canonicalDefinition(definition: AssetDefinition): string {
  return texts.get(definition) ?? canonicalJson(definition)
}

/** H31 of the canonical definition. */
export function definitionHash(definition: AssetDefinition): bigint {
  return h31(canonicalDefinition(definition))
}

/** Poseidon(ASSET_TAG, issuer, cap + 2^112 * decimals + 2^120 * reinstatable, H31(canonical definition)). */
export function assetIdOf(poseidon: Poseidon, definition: AssetDefinition): bigint {
  return assetIdsOf(poseidon, [definition])[0]!
}

/** The ids of many assets, in the order of their definitions. */
export function assetIdsOf(poseidon: Poseidon, definitions: readonly AssetDefinition[]): bigint[] {
  return hashesOf(poseidon, definitions).map(({ id }) => id)
}

/** The asset of a parsed definition. @param mintHolding index of its mint holding */
export function assetOf(poseidon: Poseidon, definition: AssetDefinition, mintHolding: number): Asset {
  return {
    ...hashesOf(poseidon, [definition])[0]!,
    code: definition.code,
    issuer: fieldFromHex(definition.issuer),
    cap: BigInt(definition.cap),
    decimals: Number(definition.decimals),
    reinstatable: definition.reinstatable,
    definition,
    madeFrom: definition.madeFrom.map(fieldFromHex),
    mintHolding,
  }
}

/** What is hashed of definitions. */
interface Hashes {
  id: bigint
  definitionHash: bigint
}

function hashesOf(poseidon: Poseidon, definitions: readonly AssetDefinition[]): Hashes[] {
  const known = knownHashes(poseidon)
  const missing = definitions.filter((definition) => !known.has(definition))
  const inputs = missing.map((definition) => {
    const { issuer, cap, decimals, reinstatable } = definition
    const packed = BigInt(cap) + (BigInt(decimals) << 112n) + (reinstatable ? 1n << 120n : 0n)
    return [ASSET_TAG, fieldFromHex(issuer), packed, definitionHash(definition)]
  })
  const found = new Map(
    hashAll(poseidon, inputs).map((id, i) => [missing[i]!, { id, definitionHash: inputs[i]![3]! }]),
  )
  // Only what cannot change any more is remembered.
  for (const [definition, hashes] of found) if (texts.has(definition)) known.set(definition, hashes)
  return definitions.map((definition) => known.get(definition) ?? found.get(definition)!)
}
