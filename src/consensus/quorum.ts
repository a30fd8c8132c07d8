/** Votes that make a certificate: floor(2n/3) + 1. Any two quorums share an honest validator while fewer than a third lie. */
export function quorum(validators: number): number {
  return Math.floor((2 * validators) / 3) + 1
}

/** The validator that proposes in a view. */
export function leaderOf(view: number, validators: number): number {
  return view % validators
}
