import { type Admission, BUDGETS, type Budgets, mapBudgets, NO_BUDGETS } from './admission.ts'
import { MINT } from './params.ts'
import { type Rejection, reject } from './rejection.ts'
import type { StateView } from './state.ts'

/** The key under which states count what all unlisted sponsors use together. `MINT` can sponsor nothing itself. */
export const UNLISTED = MINT

/** The limits of every sponsor. PROTOCOL.md, "Admission". */
export interface Quotas {
  listed: ReadonlyMap<bigint, Budgets>
  /** Limits of each sponsor that is not listed, and of all of them together; all 0 if only listed ones may register assets. */
  unlisted: { each: Budgets; together: Budgets }
}

/** The limits that follow from the admission of a genesis. */
export function quotasOf({ capacity, sponsors, share = 0 }: Admission): Quotas {
  return {
    listed: new Map(sponsors.map(({ account, budgets }) => [account, budgets])),
    unlisted:
      share === 0
        ? { each: NO_BUDGETS, together: NO_BUDGETS }
        : {
            each: mapBudgets((budget) => Math.floor((capacity[budget] * share) / 1_000)),
            together: mapBudgets((budget) => Math.floor(capacity[budget] / 2)),
          },
  }
}

/** Whether an account may register assets at all. */
export function mayRegister({ listed, unlisted }: Quotas, account: bigint): boolean {
  return listed.has(account) || unlisted.together.assets > 0
}

/** The keys under which a sponsor's use is counted: its account, and `UNLISTED` if it is not listed. */
export function chargedFor({ listed }: Quotas, sponsor: bigint): readonly bigint[] {
  return listed.has(sponsor) ? [sponsor] : [sponsor, UNLISTED]
}

/** The limits under one of these keys. */
export function limitsOf({ listed, unlisted }: Quotas, key: bigint): Budgets {
  return listed.get(key) ?? (key === UNLISTED ? unlisted.together : unlisted.each)
}

/**
 * Checks that a sponsor may use this much more.
 * @returns QUOTA_EXCEEDED for the first budget, in the order of `BUDGETS`, that is too small: the sponsor's own, or that of all unlisted ones
 */
export function checkQuota(
  state: Pick<StateView, 'usage'>,
  quotas: Quotas,
  sponsor: bigint,
  more: Partial<Budgets>,
): Rejection | null {
  const charged = chargedFor(quotas, sponsor).map((key) => ({
    used: state.usage(key),
    limits: limitsOf(quotas, key),
    of: key === UNLISTED ? 'unlisted' : 'sponsor',
  }))
  for (const budget of BUDGETS) {
    const amount = more[budget] ?? 0
    if (amount <= 0) continue
    for (const { used, limits, of } of charged) {
      if (used[budget] + amount > limits[budget])
        return reject('QUOTA_EXCEEDED', { budget, limit: limits[budget], of })
    }
  }
  return null
}
