import { accountOf } from '../../crypto/account.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { decodeAction } from '../../ledger/action-codec.ts'
import { kindOf } from '../../ledger/apply-transfer.ts'
import { assetOf } from '../../ledger/definition.ts'
import { MINT } from '../../ledger/params.ts'
import type { PendingRow } from '../../storage/reads/pending.ts'
import { listName } from '../connections/cursor.ts'
import { makePage, type Page, type PageArguments, parsePage } from '../connections/page.ts'
import type { ApiContext } from '../request/context.ts'
import type { PendingTransfer } from '../request/models.ts'

/**
 * The waiting actions of the pool, or those in which an account is sender or receiver, in order of arrival.
 * @throws Failure NODE_UNREACHABLE; RejectionError BAD_CURSOR, PAGE_TOO_LARGE, BAD_INPUT
 */
export async function pendingPage(
  { services, snapshot }: Pick<ApiContext, 'services' | 'snapshot'>,
  args: PageArguments,
  { account, count }: { account?: bigint; count: number | null },
): Promise<Page<PendingTransfer>> {
  const { control, limits, poseidon } = services
  const request = parsePage(listName('pending', { account }), args, await snapshot.height(), limits.pageSize)
  // The node needs a page size of at least 1, and says itself whether there is more.
  const of = account === undefined ? undefined : fieldToHex(account)
  const page = await control.pending(Math.max(1, request.limit), request.after, of)
  const entries = page.entries
    .slice(0, request.limit)
    .map((entry) => pendingTransfer(poseidon, { ...entry, hash: fieldFromHex(entry.hash) }))
  const made = makePage(
    request,
    entries,
    ({ arrival }) => arrival,
    () => count,
  )
  const hasNextPage = page.hasMore || page.entries.length > entries.length
  return { ...made, pageInfo: { ...made.pageInfo, hasNextPage } }
}

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
