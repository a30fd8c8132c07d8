import type { CertificateResult, CheckResult, OriginResult } from './result.ts'

/** What a certificate does not show, whatever its verdicts are, and what it does not show because of them. */
export type Unshown =
  /** That the things exist, and are what the records say. */
  | 'things'
  /** Whom the addresses belong to. */
  | 'people'
  /** That validators did not break rules that the records do not show. */
  | 'rules'
  /** That validators have not signed another history beside this one. */
  | 'otherHistory'
  /** What happened after its height. */
  | 'later'
  /** Whether other assets were made from the units. */
  | 'products'
  /** Which things exactly: the issuer mixes them. */
  | 'mixed'
  /** Whether those whom records name agreed to them. */
  | 'signed'
  /** What happened to a part of the units. */
  | 'rest'

/** What a final certificate does not show, the gravest first. */
export function unshownBy({ verdicts, shown, development }: CertificateResult): Unshown[] {
  if (shown === undefined) return []
  const all: [Unshown, boolean][] = [
    ['signed', verdicts.signed.verdict !== 'yes'],
    ['rest', verdicts.complete.verdict !== 'yes'],
    ['things', true],
    ['people', true],
    ['mixed', shown.assets.some(({ custody }) => custody !== null && custody !== 'identity-preserved')],
    ['products', shown.direction === 'FORWARD'],
    ['rules', verdicts.proven.verdict !== 'yes' || development],
    ['otherHistory', verdicts.witnessed.verdict !== 'yes'],
    ['later', true],
  ]
  return all.filter(([, isUnshown]) => isUnshown).map(([name]) => name)
}

/** How a certificate is judged in one word. */
export type Outcome = 'verified' | 'left' | 'partial' | 'unfinal' | 'refused'

/**
 * `verified` if it is intact, complete, signed and final, which is what `ictl verify` asks for, and `left` if units have left since;
 * `refused` if it shows nothing, and `unfinal` if no quorum stands behind it: anyone can make up such a file.
 */
export function outcomeOf({ verdicts, hasLeft }: CertificateResult): Outcome {
  if (verdicts.intact.verdict !== 'yes') return 'refused'
  if (verdicts.final.verdict !== 'yes') return 'unfinal'
  const asked = [verdicts.complete, verdicts.signed]
  if (!asked.every(({ verdict }) => verdict === 'yes')) return 'partial'
  return hasLeft ? 'left' : 'verified'
}

/** `verified` if an origin proof is proven and final, `unchecked` if the page has no key for it; the others as for certificates. */
export function originOutcomeOf({
  verdicts: { intact, proven, final },
}: OriginResult): 'verified' | 'unchecked' | 'unfinal' | 'refused' {
  if (intact.verdict !== 'yes' || proven.verdict === 'no') return 'refused'
  if (final.verdict !== 'yes') return 'unfinal'
  return proven.verdict === 'yes' ? 'verified' : 'unchecked'
}

/** Whether what a file shows is the history of the chain, so that others may be judged by it. */
export const isReliable = (result: CheckResult): boolean =>
  result.kind === 'certificate' &&
  result.verdicts.intact.verdict === 'yes' &&
  result.verdicts.final.verdict === 'yes'
