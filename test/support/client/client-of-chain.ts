import { createClient } from '../../../src/client/client.ts'
import type { Client } from '../../../src/client/types.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { serveApi } from '../api/served-api.ts'
import { chainNow, nodeFolder, startTestNode } from '../node/test-node.ts'
import { emptyDatabase, openForTest } from '../storage/postgres.ts'

/** A client of a new chain of one validator, and what stops its node and api. @param rest of the genesis, where it differs */
export async function clientOfChain(
  rest?: Partial<Genesis>,
): Promise<{ client: Client; stop: () => Promise<void> }> {
  const genesis = chainNow(rest)
  const databaseUrl = await emptyDatabase()
  const files = nodeFolder()
  const node = await startTestNode({ genesis, databaseUrl, ...files })
  const api = await serveApi(openForTest(databaseUrl), genesis, { control: node.control })
  const stop = async () => {
    await api.stop()
    await node.stop()
    files.remove()
  }
  return { client: createClient({ url: `${api.url}/graphql` }), stop }
}
