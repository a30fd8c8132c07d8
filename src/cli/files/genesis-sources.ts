import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { parseJson } from '../../codec/canonical-json.ts'
import { Failure } from '../../config/failure.ts'
import { decodeAddress } from '../../crypto/address.ts'
import { fieldToHex } from '../../crypto/field.ts'
import {
  BUDGETS,
  type Budget,
  type Budgets,
  MAX_SPONSORS,
  mapBudgets,
  type Sponsor,
} from '../../ledger/admission.ts'
import type { AssetDefinition } from '../../ledger/asset.ts'
import { parseDefinition } from '../../ledger/definition.ts'
import { type Allocation, parseValidator, type Validator } from '../../ledger/genesis.ts'
import { JsonReader } from '../../ledger/json-reader.ts'
import { throwRejection } from '../../ledger/rejection.ts'

const MAX_BYTES = 256 * 1024 * 1024
const DEFINITION_DEFAULTS = { decimals: '0', reinstatable: false, madeFrom: [], metadata: {} }

/**
 * Reads validators from files, in order. Each file holds one as `ictl genesis member` prints it, or a list of them.
 * @throws Failure BAD_GENESIS, with the file
 */
export function readValidators(paths: readonly string[]): Validator[] {
  const validators = paths.flatMap((path) =>
    reading(path, (json) => {
      const reader: JsonReader = new JsonReader('BAD_GENESIS')
      return (Array.isArray(json) ? json : [json]).map((entry) => parseValidator(reader, entry, 'validator'))
    }),
  )
  const names = validators.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new Failure('BAD_GENESIS', `two validators are named ${twice}`, {
      hint: 'give each its own name: ictl genesis member --name NAME',
    })
  }
  return validators
}

/**
 * Reads definitions from a file: a JSON list in the format of PROTOCOL.md, "Definitions". Issuers may be addresses, and name, decimals,
 * reinstatable, madeFrom and metadata may be left out.
 * @throws Failure BAD_GENESIS, with the file
 */
export function readDefinitions(path: string): AssetDefinition[] {
  return reading(path, (json) => {
    const reader: JsonReader = new JsonReader('BAD_DEFINITION')
    return reader.list(json, 'definitions', 65_536).map((entry) => {
      const fields = { ...DEFINITION_DEFAULTS, ...reader.entries(entry, 'definition') } as Record<
        string,
        unknown
      >
      const { issuer, code } = fields
      if (typeof issuer === 'string' && issuer.startsWith('inp1'))
        fields.issuer = fieldToHex(decodeAddress(issuer))
      return parseDefinition({ name: code, ...fields })
    })
  })
}

/**
 * Reads the sponsors, the accounts that may register assets: a JSON list of addresses, or of objects with an `address` and the budgets that
 * differ from an equal share of `available`.
 * @throws Failure BAD_GENESIS, with the file
 */
export function readSponsors(path: string, available: Budgets): Sponsor[] {
  return reading(path, (json) => {
    const reader: JsonReader = new JsonReader('BAD_GENESIS')
    const list = reader.list(json, 'sponsors', MAX_SPONSORS)
    const share = shareOf(available, list.length)
    return list.map((entry): Sponsor => {
      const { address, ...own } = reader.object(
        typeof entry === 'string' ? { address: entry } : entry,
        'sponsors',
        ['address'],
        BUDGETS,
      )
      const budgets = Object.entries(own).map(([budget, value]) => [
        budget,
        reader.integer(value, `sponsors.${budget}`, 0, available[budget as Budget]),
      ])
      return {
        account: decodeAddress(reader.text(address, 'sponsors.address', 1, 100)),
        budgets: { ...share, ...Object.fromEntries(budgets) },
      }
    })
  })
}

/** Sponsors with equal shares of what is available. */
export function equalSponsors(accounts: readonly bigint[], available: Budgets): Sponsor[] {
  return accounts.map((account) => ({ account, budgets: shareOf(available, accounts.length) }))
}

function shareOf(available: Budgets, count: number): Budgets {
  return mapBudgets((budget) => Math.floor(available[budget] / Math.max(1, count)))
}

/**
 * Reads allocations: a CSV with the columns to (an address), asset (a code) and amount (in units).
 * @throws Failure BAD_GENESIS, with the file
 */
export function readAllocations(path: string): Allocation[] {
  return naming(path, () => {
    const rows: Record<string, string>[] = parse(readText(path), {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    })
    return rows.map(({ to, asset, amount }, i): Allocation => {
      if (to === undefined || asset === undefined || amount === undefined)
        throwRejection('BAD_HEADER', { path: `row ${i + 1}`, expected: 'to,asset,amount' })
      if (!/^[1-9]\d{0,33}$/.test(amount)) throwRejection('BAD_AMOUNT', { path: `row ${i + 1}`, amount })
      return { to: decodeAddress(to), asset, amount: BigInt(amount) }
    })
  })
}

function reading<T>(path: string, parseContent: (json: unknown) => T): T {
  return naming(path, () => parseContent(parseJson(readText(path), MAX_BYTES)))
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** Adds the file's name to errors. */
function naming<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw new Failure('BAD_GENESIS', `${path}: ${cause.message}`, {
      hint: 'ictl genesis new --help says what each file contains',
      cause,
    })
  }
}
