import type { Overlay } from './overlay.ts'
import { HISTORY_DEPTH } from './params.ts'
import { type Rejection, reject } from './rejection.ts'
import type { Rules } from './rules.ts'

/** Leaves of the history tree. */
const MAX_RECORDS = 4 ** HISTORY_DEPTH

/** Checks that the signer may open one more holding. The state tree has a leaf for it as long as the sponsor's quota has. */
export function checkOpening(state: Overlay, signer: bigint, rules: Rules): Rejection | null {
  if (state.openingsOf(signer) >= rules.openingsPerSigner) {
    return reject('OPENINGS_LIMIT', { max: rules.openingsPerSigner })
  }
  return null
}

/** Checks that the history tree has room for one more record. */
export function checkHistory(state: Overlay): Rejection | null {
  return state.position >= MAX_RECORDS ? reject('HISTORY_FULL', { max: MAX_RECORDS }) : null
}
