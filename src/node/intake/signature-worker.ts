import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import type { Rejection } from '../../ledger/rejection.ts'
import { type ActionSignature, verifyActions } from '../../ledger/verify-action.ts'
import { serveWorker } from '../../process/worker-rpc.ts'

/** One signature to check: what it is of, and the transferHash or registerHash. */
export interface SignedHash {
  action: ActionSignature
  hash: bigint
}

const poseidon = poseidonWasm()

/** The methods of a signature worker. */
const methods = {
  verify: (items: SignedHash[]): (Rejection | null)[] => verifyActions(poseidon, items),
}
export type SignatureMethods = typeof methods

serveWorker(methods)
