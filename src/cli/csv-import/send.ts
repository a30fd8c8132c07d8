import { type Client, inputOf, type Submitted } from '../../client/client.ts'
import { ClientError, remedyOf } from '../../client/graphql.ts'
import type { Outgoing } from './row-signer.ts'

/** Actions in one request, bounded by the API's limit on aliases. */
export const GROUP = 24
const RESULT = '{ hash status rejection { code message data } }'

/**
 * Sends actions in one request. The server processes them in order, and a rejected one does not keep the others back.
 * @returns the answer to each; undefined if the whole request must be sent again later
 * @throws ClientError if sending again cannot help
 */
export async function sendGroup(
  client: Client,
  group: readonly Pick<Outgoing, 'action' | 'note'>[],
): Promise<Submitted[] | undefined> {
  const parameters = group.map(
    ({ action }, i) => `$i${i}: ${action.type === 'transfer' ? 'SignedTransferInput' : 'SignedAssetInput'}!`,
  )
  const fields = group.map(
    ({ action }, i) =>
      `r${i}: ${action.type === 'transfer' ? 'submitTransfer' : 'registerAsset'}(input: $i${i}) ${RESULT}`,
  )
  const variables = Object.fromEntries(
    group.map(({ action, note }, i) => [
      `i${i}`,
      { ...inputOf(action), ...(note === undefined ? {} : { note }) },
    ]),
  )
  try {
    const document = `mutation (${parameters.join(', ')}) { ${fields.join(' ')} }`
    const answer = await client.query<Record<string, Submitted>>(document, variables)
    return group.map((_, i) => answer[`r${i}`]!)
  } catch (error) {
    if (error instanceof ClientError && remedyOf(error) === 'later') return undefined
    throw error
  }
}
