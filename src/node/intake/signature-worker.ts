import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import type { SignedAction } from '../../ledger/action.ts'
import type { Rejection } from '../../ledger/rejection.ts'
import { verifyAction } from '../../ledger/verify-action.ts'
import { serveWorker } from '../../process/worker-rpc.ts'

/** One signature to check: the action and its transferHash or registerHash. */
export interface SignedHash {
  action: SignedAction
  hash: bigint
}

const poseidon = poseidonWasm()

/** The methods of a signature worker. */
const methods = {
  verify: (items: SignedHash[]): (Rejection | null)[] =>
    items.map(({ action, hash }) => verifyAction(poseidon, action, hash)),
}
export type SignatureMethods = typeof methods

serveWorker(methods)
