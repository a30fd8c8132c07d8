import { utf8 } from '../codec/bytes.ts'
import { canonicalJson } from '../codec/canonical-json.ts'
import { ADDRESS, encodeAddress } from '../crypto/address.ts'
import { fieldFromHex } from '../crypto/field.ts'
import { h31, tag } from '../crypto/h31.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
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

/**
 * Reads a definition from parsed JSON. PROTOCOL.md, "Definitions".
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
  const definition: AssetDefinition = {
    code,
    name: reader.text(fields.name, 'name', 1, MAX_NAME_CHARACTERS),
    issuer: fields.issuer as string,
    cap: fields.cap as string,
    decimals: fields.decimals as string,
    reinstatable,
    madeFrom: parseMadeFrom(reader, fields.madeFrom),
    metadata: parseMetadata(reader, fields.metadata),
    ...(fields.custody === undefined ? {} : { custody: parseCustody(reader, fields.custody) }),
  }
  if (utf8(canonicalDefinition(definition)).length > MAX_DEFINITION_BYTES) {
    reader.fail('definition', `has more than ${MAX_DEFINITION_BYTES} bytes`)
  }
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
  return [...(hashes as string[])]
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
  return Object.fromEntries(entries) as Record<string, string>
}

/** The canonical JSON of a definition (RFC 8785). Its hash is part of the asset id that the issuer signs. */
export function canonicalDefinition(definition: AssetDefinition): string {
  return canonicalJson(definition)
}

/** H31 of the canonical definition. */
export function definitionHash(definition: AssetDefinition): bigint {
  return h31(canonicalDefinition(definition))
}

/** Poseidon(ASSET_TAG, issuer, cap + 2^112 * decimals + 2^120 * reinstatable, H31(canonical definition)). */
export function assetIdOf(poseidon: Poseidon, definition: AssetDefinition): bigint {
  return assetOf(poseidon, definition, 0).id
}

/** The asset of a parsed definition. @param mintHolding index of its mint holding */
export function assetOf(poseidon: Poseidon, definition: AssetDefinition, mintHolding: number): Asset {
  const issuer = fieldFromHex(definition.issuer)
  const cap = BigInt(definition.cap)
  const packed = cap + (BigInt(definition.decimals) << 112n) + (definition.reinstatable ? 1n << 120n : 0n)
  const hash = definitionHash(definition)
  return {
    id: poseidon.hash([ASSET_TAG, issuer, packed, hash]),
    code: definition.code,
    issuer,
    cap,
    decimals: Number(definition.decimals),
    reinstatable: definition.reinstatable,
    definition,
    definitionHash: hash,
    madeFrom: definition.madeFrom.map(fieldFromHex),
    mintHolding,
  }
}
