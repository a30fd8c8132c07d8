import { BUDGETS } from '../../ledger/admission.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { chargedFor, limitsOf, mayRegister } from '../../ledger/quota.ts'
import { readUsage } from '../../storage/sponsor-usages.ts'
import type { Budget, Quota } from '../generated/resolvers.ts'
import type { Loaders } from '../request/loaders.ts'

/** The budgets of an account as of the request's block; null if it may not register assets. */
export async function quotaOf({ services, height }: Loaders, account: bigint): Promise<Quota[] | null> {
  const { quotas, database } = services
  if (account === MINT || account === RETIRED || !mayRegister(quotas, account)) return null
  const charged = await Promise.all(
    chargedFor(quotas, account).map(async (key) => ({
      used: await readUsage(database, key, height),
      limits: limitsOf(quotas, key),
    })),
  )
  const [own, together] = charged
  return BUDGETS.map((budget) => ({
    budget: budget.toUpperCase() as Budget,
    used: own!.used[budget],
    limit: own!.limits[budget],
    usedTogether: together?.used[budget] ?? null,
    limitTogether: together?.limits[budget] ?? null,
  }))
}
