import type { Client } from '../../client/types.ts'
import { Failure } from '../../config/failure.ts'
import { type Quota, quotaOf } from '../quota.ts'

/** What assets use of a chain for ever (PROTOCOL.md, "Admission"). Retirements are not among it: a definition may use them up again. */
export interface Needs {
  assets: number
  /** Of their canonical definitions. */
  bytes: number
  holdings: number
}

const WORDS: Readonly<Record<keyof Needs, string>> = {
  assets: 'assets',
  bytes: 'bytes of definitions',
  holdings: 'holdings',
}

/** Checks that a chain lets the address register and use so much more. @throws Failure NOT_REGISTRAR, QUOTA_TOO_SMALL; ClientError */
export async function checkRoom(client: Client, address: string, needs: Needs): Promise<void> {
  if (Object.values(needs).every((need) => need === 0)) return
  const quota = await quotaOf(client, address)
  if (quota === null)
    throw new Failure(
      'NOT_REGISTRAR',
      `this chain does not let ${address}, which issues imports, register assets`,
      {
        hint: 'import into a chain whose genesis has the address among its sponsors, or lets all accounts register assets',
      },
    )
  const lacking = (['assets', 'bytes', 'holdings'] as const).flatMap((budget) => {
    const room = roomIn(quota.find((one) => one.budget === budget.toUpperCase()))
    return BigInt(needs[budget]) > room
      ? [`${needs[budget]} ${WORDS[budget]}, of which it has ${room} left`]
      : []
  })
  if (lacking.length > 0)
    throw new Failure(
      'QUOTA_TOO_SMALL',
      `the file needs ${lacking.join(', and ')} for ${address}, which issues imports`,
      {
        hint: 'import fewer assets (ictl quota ADDRESS shows what is left), or into a chain whose genesis gives the address more',
      },
    )
}

/** What is left of a budget, of the account's own and of what it shares with others; nothing of one that the chain does not have. */
function roomIn(quota: Quota | undefined): bigint {
  if (quota === undefined) return 0n
  const own = BigInt(quota.limit) - BigInt(quota.used)
  if (quota.limitTogether === null || quota.usedTogether === null) return own
  const together = BigInt(quota.limitTogether) - BigInt(quota.usedTogether)
  return own < together ? own : together
}
