/** Votes that make a certificate: floor(2n/3) + 1. While fewer than a third of the validators are faulty, any two quorums share an honest one. */
export function quorum(validators: number): number {
  return Math.floor((2 * validators) / 3) + 1
}

/** The validator that proposes in a view. */
export function leaderOf(view: number, validators: number): number {
  return view % validators
}
