import { type Client, inputOf, type Submitted } from '../../client/client.ts'
import { ClientError, remedyOf } from '../../client/graphql.ts'
import type { SignedAction } from '../../ledger/action.ts'

/** Actions in one request: their aliases stay within the API's limit. */
export const GROUP = 24
const RESULT = '{ hash status rejection { code message data } }'
const PAUSE_MS = 500
export interface Outgoing {
  action: SignedAction
  note: string | undefined
}

/** How far a group came: those before `results.length` were taken or refused; `again` says what the next one needs. */
export interface Sent {
  results: Submitted[]
  again: 'later' | 'new era' | undefined
}

/** Sends actions in one request; the server takes them one after the other. Stops counting at the first that has to be sent again. */
export async function sendGroup(client: Client, group: readonly Outgoing[]): Promise<Sent> {
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
  let answer: Record<string, Submitted>
  try {
    answer = await client.query(`mutation (${parameters.join(', ')}) { ${fields.join(' ')} }`, variables)
  } catch (error) {
    if (error instanceof ClientError && remedyOf(error) === 'later') return { results: [], again: 'later' }
    throw error
  }
  const results: Submitted[] = []
  for (let i = 0; i < group.length; i++) {
    const result = answer[`r${i}`]!
    const again = result.status === 'TIMEOUT' ? 'later' : result.rejection && remedyOf(result.rejection)
    if (again) return { results, again }
    results.push(result)
    // What follows was built on this one.
    if (result.status === 'REJECTED') return { results, again: undefined }
  }
  return { results, again: undefined }
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
