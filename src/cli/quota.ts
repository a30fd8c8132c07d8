import type { Client } from '../client/types.ts'
import { JsonReader } from '../ledger/json-reader.ts'

/** What an account has used of a budget of the chain, and may use; the same of all accounts without a budget of their own, if it is one of them. */
export interface Quota {
  budget: string
  used: string
  limit: string
  usedTogether: string | null
  limitTogether: string | null
}

const QUOTA =
  'query ($address: String!) { quota(address: $address) { budget used limit usedTogether limitTogether } }'
/** Budgets that are read, characters of the name of one, and units of one: more than any chain has. */
const MAX_BUDGETS = 100
const MAX_NAME = 64
const MAX_UNITS = 2n ** 64n
const read = new JsonReader('MALFORMED')

/**
 * The budgets of an account; null if the chain does not let it register assets.
 * @throws ClientError; RejectionError MALFORMED if the answer cannot be read
 */
export async function quotaOf(client: Client, address: string): Promise<Quota[] | null> {
  const { quota } = await client.query<{ quota: unknown }>(QUOTA, { address })
  return quota === null ? null : read.list(quota, 'quota', MAX_BUDGETS).map(budgetIn)
}

function budgetIn(node: unknown): Quota {
  const { budget, used, limit, usedTogether, limitTogether } = read.entries(node, 'quota')
  const units = (value: unknown, path: string) => read.decimal(value, path, 0n, MAX_UNITS).toString()
  const together = (value: unknown, path: string) => (value === null ? null : units(value, path))
  return {
    budget: read.text(budget, 'quota.budget', 1, MAX_NAME),
    used: units(used, 'quota.used'),
    limit: units(limit, 'quota.limit'),
    usedTogether: together(usedTogether, 'quota.usedTogether'),
    limitTogether: together(limitTogether, 'quota.limitTogether'),
  }
}
