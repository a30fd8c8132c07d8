import type { SignedAction } from '../ledger/action.ts'
import { remedyOf } from './graphql.ts'
import type { Client, Submitted } from './types.ts'

/** How often an action is signed whose era passes on its way. */
const ATTEMPTS = 5

/**
 * Signs an action and submits it; signs it anew when its era passed before a block could take it, as happens on a busy machine or with a slow signer. It is
 * applied once at most, because nothing whose era has passed enters a block. PROTOCOL.md, "Eras".
 * @param signing signs it for the era that the chain is in
 * @param options as `submit` takes them
 * @returns the last answer, which may be a rejection
 * @throws ClientError as `submit` and `signing` do
 */
export async function submitSigned(
  client: Client,
  signing: () => Promise<SignedAction>,
  options?: Parameters<Client['submit']>[1],
): Promise<Submitted> {
  for (let left = ATTEMPTS; ; left -= 1) {
    const result = await client.submit(await signing(), options)
    if (left === 1 || result.rejection === null || remedyOf(result.rejection) !== 'new era') return result
  }
}
