import { decodeAddress } from '../crypto/address.ts'
import { fieldToHex } from '../crypto/field.ts'
import { type ExportSource, transferRows } from '../export/lists.ts'
import type { ActionKind } from '../ledger/action.ts'
import { chainIdOf } from '../ledger/genesis.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import { throwRejection } from '../ledger/rejection.ts'
import type { Database } from '../storage/database.ts'
import { readAssetsByCode } from '../storage/reads/assets.ts'
import { type TransferFilter, transferPage } from '../storage/reads/transfers.ts'
import type { Webhook, WebhookFilter } from '../storage/webhooks.ts'

/** What a webhook is to get next. */
export interface Delivery {
  /** Names the message: the same in every attempt, also after a crash. */
  messageId: string
  body: string
  /** The cursor after it. */
  end: number
}

/** Positions that one search looks at. */
const WINDOW = 50_000

/**
 * The next message of a webhook: the matching records of one block, at most `maxRecords` of them.
 * @param from position to search from
 * @param end position after the last final record
 * @returns the message, or the position up to which nothing matches
 */
export async function nextDelivery(
  source: ExportSource,
  webhook: Webhook,
  { from, end, maxRecords }: { from: number; end: number; maxRecords: number },
): Promise<Delivery | number> {
  const filter = await parseFilter(source.database, webhook.filter)
  const before = Math.min(end, from + WINDOW)
  if (before <= from) return from
  const page = { limit: maxRecords + 1, backward: false, after: from - 1, before }
  const found = await transferPage(source.database, filter, page)
  const [first] = found
  if (first === undefined) return before
  const ofBlock = found.filter(({ height }) => height === first.height)
  const records = ofBlock.slice(0, maxRecords)
  const transfers = await transferRows(source, records)
  const chain = fieldToHex(chainIdOf(source.genesis))
  const data = {
    chain,
    height: String(first.height),
    /** Whether more of this block follows in the next message. */
    more: ofBlock.length > maxRecords,
    transfers,
  }
  return {
    messageId: `msg_${chain.slice(0, 8)}_${webhook.id}_${first.position}`,
    body: JSON.stringify({ type: 'transfers.final', timestamp: transfers[0]!.timestamp, data }),
    end: records.at(-1)!.position + 1,
  }
}

const KINDS: readonly string[] = ['REGISTER', 'ISSUE', 'TRANSFER', 'RETIRE', 'REINSTATE']

/** The conditions of a filter. @throws RejectionError UNKNOWN_ASSET, BAD_ADDRESS, BAD_INPUT */
export async function parseFilter(
  database: Database,
  { account, asset, kind }: WebhookFilter,
): Promise<TransferFilter> {
  if (kind !== undefined && !KINDS.includes(kind))
    throwRejection('BAD_INPUT', { argument: 'kind', reason: `one of ${KINDS.join(', ')}` })
  return {
    ...(account === undefined ? {} : { account: parseAccount(account) }),
    ...(asset === undefined ? {} : { assetId: await assetIdOf(database, asset) }),
    ...(kind === undefined ? {} : { kind: kind.toLowerCase() as ActionKind }),
  }
}

function parseAccount(text: string): bigint {
  if (text === 'MINT') return MINT
  if (text === 'RETIRED') return RETIRED
  try {
    return decodeAddress(text)
  } catch (error) {
    return throwRejection('BAD_ADDRESS', { got: text.slice(0, 80), reason: (error as Error).message })
  }
}

async function assetIdOf(database: Database, code: string): Promise<bigint> {
  const [asset] = await readAssetsByCode(database, [code])
  return asset?.id ?? throwRejection('UNKNOWN_ASSET', { asset: code.slice(0, 80) })
}
