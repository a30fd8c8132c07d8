import { accountOf } from '../../crypto/account.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { decodeAction } from '../../ledger/action-codec.ts'
import { kindOf } from '../../ledger/apply-transfer.ts'
import { assetOf } from '../../ledger/definition.ts'
import { MINT } from '../../ledger/params.ts'
import type { PendingRow } from '../../storage/reads/pending.ts'
import type { PendingTransfer } from '../request/models.ts'

/** An action in the pool, shown as a transfer. A registration shows what its record will contain. */
export function pendingTransfer(
  poseidon: Poseidon,
  { hash, arrival, bytes, note }: PendingRow,
): PendingTransfer {
  const action = decodeAction(bytes)
  const shared = { status: 'PENDING' as const, hash, arrival, action, note }
  if (action.type === 'transfer') return { ...action.transfer, ...shared, kind: kindOf(action.transfer) }
  const asset = assetOf(poseidon, action.definition, 0)
  return {
    ...shared,
    kind: 'register',
    from: accountOf(poseidon, action.publicKey),
    to: MINT,
    assetId: asset.id,
    amount: asset.cap,
    fromStart: 0n,
    era: action.era,
    memo: asset.definitionHash,
  }
}
