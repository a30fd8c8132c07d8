import type { Command } from 'commander'
import { ClientError } from '../../client/graphql.ts'
import { formatUnits } from '../../ledger/units.ts'
import { UsageError } from '../failures.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  keyStoreFor,
  type UrlOptions,
  urlOption,
} from '../options.ts'
import { print, printJson, table } from '../output.ts'

interface HoldingNode {
  balance: string
  inTotal: string
  outTotal: string
  asset: { code: string; decimals: number }
}

const HOLDINGS = `query ($address: String!, $after: String) {
  account(address: $address) { holdings(first: 100, after: $after, empty: true) {
    nodes { balance inTotal outTotal asset { code decimals } } pageInfo { hasNextPage endCursor } } } }`

export function addBalance(program: Command): void {
  program
    .command('balance <who> [asset]')
    .description('show what an address or one of your keys holds')
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(
      async (who: string, asset: string | undefined, options: UrlOptions & DataOptions & JsonOptions) => {
        const address = addressFor(who, options)
        const all = await allHoldings(address, options)
        const holdings = asset === undefined ? all : all.filter((h) => h.asset.code === asset)
        if (asset !== undefined && holdings.length === 0) await requireAsset(asset, options)
        if (options.json) printJson({ address, holdings })
        else if (holdings.length === 0) print(asset === undefined ? 'nothing' : `no ${asset}`)
        else
          for (const line of table(
            holdings.map((h) => [h.asset.code, formatUnits(h.balance, h.asset.decimals)]),
          ))
            print(line)
      },
    )
}

/** Resolves an address or the name of a key to an address. @throws UsageError if it is neither */
export function addressFor(who: string, options: DataOptions): string {
  if (/^inp1|^MINT$|^RETIRED$/.test(who)) return who
  const key = keyStoreFor(options)
    .list()
    .find(({ name }) => name === who)
  if (key === undefined)
    throw new UsageError(`${who} is neither an address (inp1...) nor the name of one of your keys`)
  return key.address
}

/** @throws ClientError UNKNOWN_ASSET */
async function requireAsset(code: string, options: UrlOptions): Promise<void> {
  const { asset } = await clientFor(options).query<{ asset: { code: string } | null }>(
    'query ($code: String!) { asset(by: { code: $code }) { code } }',
    { code },
  )
  if (asset === null) throw new ClientError('UNKNOWN_ASSET', `no asset ${code} is registered`)
}

async function allHoldings(address: string, options: UrlOptions): Promise<HoldingNode[]> {
  const client = clientFor(options)
  const holdings: HoldingNode[] = []
  type Page = { nodes: HoldingNode[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  for (let after: string | null = null; ; ) {
    const answer: { account: { holdings: Page } | null } = await client.query(HOLDINGS, { address, after })
    if (answer.account === null) return holdings
    for (const node of answer.account.holdings.nodes) holdings.push(node)
    if (!answer.account.holdings.pageInfo.hasNextPage) return holdings
    after = answer.account.holdings.pageInfo.endCursor
  }
}
