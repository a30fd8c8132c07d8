import { encodeAddress } from '../crypto/address.ts'
import { oneAtATime, withinMs } from '../http/shared-answer.ts'
import { MINT } from '../ledger/params.ts'
import { type Example, readExample } from '../storage/reads/example.ts'
import type { ExampleTab } from './http/graphiql.ts'
import { OPTIONAL_READ_MS } from './limits.ts'
import type { ApiServices } from './request/services.ts'

/**
 * Operations that GraphiQL opens with, filled in with assets and accounts of the chain if the database has some within OPTIONAL_READ_MS. It is asked
 * once at a time, however many open the page.
 */
export function exampleTabs({ database, log }: ApiServices): () => Promise<ExampleTab[]> {
  const read = oneAtATime(() =>
    readExample(database).catch((err: unknown) => {
      log.warn({ err }, 'no examples for the page')
      return undefined
    }),
  )
  return async () => tabsOf(await withinMs(OPTIONAL_READ_MS, read()))
}

function tabsOf(example: Example | undefined): ExampleTab[] {
  const asset = example?.code ?? 'CODE'
  const address = encodeAddress(example?.holder ?? MINT)
  return [
    { query: CHAIN },
    {
      query: ORIGIN,
      variables: { input: { start: { holding: { address, asset } }, direction: 'BACKWARD' } },
    },
    {
      query: RECALL,
      variables: { input: { start: { asset: example?.source ?? asset }, direction: 'FORWARD' } },
    },
    { query: HOLDINGS, variables: { address } },
    { query: LIVE },
  ]
}

const CHAIN = `# The chain now, its newest blocks, and what moved last.
query Chain {
  chain {
    name
    finalizedHeight
    era
    counts { blocks transfers assets holdings accounts batches }
  }
  blocks(last: 5) {
    nodes { height hash timestamp transferCount }
  }
  transfers(last: 10) {
    nodes { kind asset { code } amount from { address name } to { address name } height }
  }
}
`

const ORIGIN = `# Where units come from: back to their issue, and on through what the asset was made from.
query Origin($input: TraceInput!) {
  trace(input: $input) {
    height
    hops {
      depth
      length
      transfer { kind asset { code name } from { address name } to { address name } amount timestamp note }
    }
    origins {
      length
      serialFrom
      transfer { asset { code name metadata issuer { address } } timestamp }
      madeFrom { hash amount asset { code name } }
    }
    truncated
  }
}
`

const RECALL = `# Recall a lot: where all of its units are now, and what was made from them.
query Recall($input: TraceInput!) {
  trace(input: $input) {
    holders { address length asset { code name } account { name } }
    hops { depth length transfer { kind from { address } to { address } height } }
    truncated
  }
}
`

const HOLDINGS = `# What an account holds, with what it takes to spend it.
query Holdings($address: String!) {
  account(address: $address) {
    address
    name
    holdings(first: 20) {
      nodes { asset { code name decimals } balance inTotal outTotal nextStart }
    }
    transfers(last: 10) {
      nodes { kind amount asset { code } from { address } to { address } height }
      totalCount
    }
  }
}
`

const LIVE = `# Live: every final transfer as it comes. Press play, and again to stop.
subscription Live {
  transfers {
    cursor
    node { kind asset { code } amount from { address } to { address } height timestamp }
  }
}
`
