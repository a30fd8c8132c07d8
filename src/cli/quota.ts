import type { Client } from '../client/types.ts'

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

/** The budgets of an account; null if the chain does not let it register assets. @throws ClientError */
export async function quotaOf(client: Client, address: string): Promise<Quota[] | null> {
  return (await client.query<{ quota: Quota[] | null }>(QUOTA, { address })).quota
}
