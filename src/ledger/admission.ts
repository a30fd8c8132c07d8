import { fieldToHex } from '../crypto/field.ts'
import type { JsonReader } from './json-reader.ts'

/**
 * What an action leaves behind for ever is charged to the sponsor of its asset: registrations, canonical bytes of definitions, leaves of the
 * state tree, and retirements that a definition may still be made from. PROTOCOL.md, "Admission".
 */
export const BUDGETS = ['assets', 'bytes', 'holdings', 'retirements'] as const
export type Budget = (typeof BUDGETS)[number]
/** A number of each kind: what is used, or a limit. */
export type Budgets = Readonly<Record<Budget, number>>

export const NO_BUDGETS: Budgets = { assets: 0, bytes: 0, holdings: 0, retirements: 0 }

/** A sponsor with budgets of its own. */
export interface Sponsor {
  account: bigint
  budgets: Budgets
}

/** Who may register assets, and how much all of it may be. PROTOCOL.md, "Admission". */
export interface Admission {
  /** What the chain holds in all. */
  capacity: Budgets
  /** Sponsors with budgets of their own. */
  sponsors: Sponsor[]
  /**
   * The thousandths of the capacity that each sponsor without a budget of its own may use, 1 to 500. Together they may use half of it. If it is
   * missing, only listed sponsors may register assets.
   */
  share: number | undefined
}

/** Most listed sponsors. */
export const MAX_SPONSORS = 65_536
/**
 * Largest capacities. Nodes keep assets, holdings and unused retirements in memory. The hash worker has the leaves of all holdings in one array,
 * which Node 20 bounds by 2^32 bytes; one that has just grown has up to twice the leaves in use, of 32 bytes.
 */
const MAX_CAPACITY: Budgets = { assets: 2 ** 24, bytes: 2 ** 48, holdings: 2 ** 26, retirements: 2 ** 28 }

/** Reads the admission of a genesis; faults are those of the reader. @param leaves leaves of the state tree */
export function parseAdmission(reader: JsonReader, value: unknown, leaves: number): Admission {
  const fields = reader.object(value, 'admission', ['mode', 'capacity', 'sponsors'], ['share'])
  const { mode } = fields
  if (mode !== 'open' && mode !== 'listed') reader.fail('admission.mode', 'must be "open" or "listed"')
  const largest = { ...MAX_CAPACITY, holdings: Math.min(MAX_CAPACITY.holdings, leaves) }
  const capacity = parseBudgets(reader, fields.capacity, 'admission.capacity', { min: 1, max: largest })
  const sponsors = reader.list(fields.sponsors, 'admission.sponsors', MAX_SPONSORS).map((entry): Sponsor => {
    const path = 'admission.sponsors'
    const { account, ...budgets } = reader.entries(entry, path)
    return {
      account: reader.field(account, `${path}.account`),
      budgets: parseBudgets(reader, budgets, path, { min: 0, max: capacity }),
    }
  })
  if (new Set(sponsors.map(({ account }) => account)).size !== sponsors.length)
    reader.fail('admission.sponsors', 'names an account twice')
  const share = mode === 'open' ? reader.integer(fields.share, 'admission.share', 1, 500) : undefined
  if (mode === 'listed' && 'share' in fields) reader.fail('admission.share', 'is for mode "open"')
  for (const budget of BUDGETS) {
    const sum = sponsors.reduce((total, { budgets }) => total + budgets[budget], 0)
    const left = capacity[budget] - (share === undefined ? 0 : Math.floor(capacity[budget] / 2))
    if (sum > left) reader.fail('admission.sponsors', `have ${sum} ${budget}, of ${left} that are theirs`)
  }
  return { capacity, sponsors, share }
}

function parseBudgets(
  reader: JsonReader,
  value: unknown,
  path: string,
  { min, max }: { min: number; max: Budgets },
): Budgets {
  const fields = reader.object(value, path, BUDGETS)
  const entries = BUDGETS.map((name) => [
    name,
    reader.integer(fields[name], `${path}.${name}`, min, max[name]),
  ])
  return Object.fromEntries(entries) as Budgets
}

/** The JSON form of an admission, which parseAdmission reads. */
export function admissionToJson({ capacity, sponsors, share }: Admission) {
  return {
    mode: share === undefined ? 'listed' : 'open',
    capacity: budgetsToJson(capacity),
    ...(share === undefined ? {} : { share: share.toString() }),
    sponsors: sponsors.map(({ account, budgets }) => ({
      account: fieldToHex(account),
      ...budgetsToJson(budgets),
    })),
  }
}

function budgetsToJson(budgets: Budgets): Record<Budget, string> {
  return mapBudgets((budget) => budgets[budget].toString())
}

/** A sum of budgets. */
export function addBudgets(a: Budgets, b: Partial<Budgets>): Budgets {
  return {
    assets: a.assets + (b.assets ?? 0),
    bytes: a.bytes + (b.bytes ?? 0),
    holdings: a.holdings + (b.holdings ?? 0),
    retirements: a.retirements + (b.retirements ?? 0),
  }
}

/** A value for each budget. Written out: the pool makes some for each action, and from entries they take seven times as long. */
export function mapBudgets<T>(value: (budget: Budget) => T): Record<Budget, T> {
  return {
    assets: value('assets'),
    bytes: value('bytes'),
    holdings: value('holdings'),
    retirements: value('retirements'),
  }
}
