import { ClientError, remedyOf } from '../../client/graphql.ts'
import { MAX_ACTIONS } from '../../client/input.ts'
import type { Client, NotedAction, Submitted } from '../../client/types.ts'

/** Actions that are sent, or asked about, at a time. */
export const GROUP = MAX_ACTIONS

/**
 * Sends actions. The server processes them in order, and a rejected one does not keep the others back.
 * @returns the answer to each; undefined if all must be sent again later
 * @throws ClientError if sending again cannot help; RejectionError MALFORMED if the answer cannot be read
 */
export async function sendGroup(
  client: Client,
  group: readonly NotedAction[],
): Promise<Submitted[] | undefined> {
  try {
    return await client.submitAll(group)
  } catch (error) {
    if (error instanceof ClientError && remedyOf(error) === 'later') return undefined
    throw error
  }
}
