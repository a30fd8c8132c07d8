import { type Command, Option } from 'commander'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { bold, cyan, dim, formatUnits, print, printJson, shortAddress } from '../output.ts'
import { addressFor } from './balance.ts'

interface Party {
  address: string
  name: string | null
}
interface Moved {
  hash: string
  kind: string
  position: string
  timestamp: string
  from: Party
  to: Party
  note: string | null
  asset: { code: string; decimals: number; name: string }
}
interface TracePage {
  height: string
  hops: { length: string; unit: string; depth: number; transfer: Moved }[]
  origins: {
    length: string
    serialFrom: string
    transfer: Moved
    madeFrom: { hash: string; asset: { code: string } }[]
  }[]
  holders: { address: string; length: string; account: Party; asset: { code: string; decimals: number } }[]
  truncated: boolean
  endCursor: string | null
}

const MOVED =
  'transfer { hash kind position timestamp from { address name } to { address name } note asset { code decimals name } }'
const TRACE = `query ($input: TraceInput!) { trace(input: $input) {
  height truncated endCursor
  hops { length unit depth ${MOVED} }
  origins { length serialFrom ${MOVED} madeFrom { hash asset { code } } }
  holders { address length account { address name } asset { code decimals } } } }`

interface TraceOptions extends UrlOptions, DataOptions, JsonOptions {
  address?: string
  transfer?: string
  direction: 'BACKWARD' | 'FORWARD'
  offset?: string
  length?: string
  maxDepth?: number
}

export function addTrace(program: Command): void {
  program
    .command('trace [asset]')
    .description('where units came from, or who holds them now')
    .option('--address <who>', 'the units that this address (or key) holds')
    .option('--transfer <hash>', 'the units that moved in this transfer')
    .addOption(
      new Option('--direction <way>', 'BACKWARD to the issue, FORWARD to the holders')
        .choices(['BACKWARD', 'FORWARD'])
        .default('BACKWARD'),
    )
    .option('--offset <units>', 'units to skip')
    .option('--length <units>', 'units to trace')
    .option('--max-depth <hops>', 'hops to follow', wholeNumber(1, 10_000))
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (asset: string | undefined, options: TraceOptions) => {
      const trace = await wholeTrace(asset, options)
      if (options.json) printJson(trace)
      else draw(trace, options.direction)
    })
}

async function wholeTrace(asset: string | undefined, options: TraceOptions): Promise<TracePage> {
  const client = clientFor(options)
  const { address, transfer, direction, offset, length, maxDepth } = options
  const input = {
    asset,
    address: address === undefined ? undefined : addressFor(address, options),
    transfer,
    direction,
    offset,
    length,
    maxDepth,
  }
  const ask = async (after?: string | null) =>
    (
      await client.query<{ trace: TracePage }>(TRACE, {
        input: { ...input, first: 100, ...(after ? { after } : {}) },
      })
    ).trace
  const whole = await ask()
  for (let page = whole; page.truncated && page.endCursor; ) {
    page = await ask(page.endCursor)
    whole.hops.push(...page.hops)
    whole.origins.push(...page.origins)
    whole.holders.push(...page.holders)
    whole.truncated = page.truncated
  }
  return whole
}

const who = ({ address, name }: Party) => (name ? bold(name) : shortAddress(address))

function draw({ hops, origins, holders, height, truncated }: TracePage, direction: string): void {
  if (hops.length === 0) print('no units there')
  const steps =
    direction === 'BACKWARD'
      ? [...hops].sort((a, b) => Number(a.transfer.position) - Number(b.transfer.position))
      : hops
  let asset = ''
  for (const { transfer, length } of steps) {
    if (transfer.asset.code !== asset) {
      asset = transfer.asset.code
      print(`${cyan(asset)}  ${transfer.asset.name}`)
    }
    const day = transfer.timestamp.slice(0, 19).replace('T', ' ')
    const units = formatUnits(length, transfer.asset.decimals)
    print(
      `  ${dim(day)}  ${units} ${verb(transfer.kind)} ${who(transfer.from)} -> ${who(transfer.to)}${transfer.note ? dim(`  "${transfer.note}"`) : ''}`,
    )
  }
  for (const { transfer, length, serialFrom, madeFrom } of origins) {
    const { code, decimals } = transfer.asset
    const made =
      madeFrom.length === 0 ? '' : `, made from ${[...new Set(madeFrom.map((m) => m.asset.code))].join(', ')}`
    print(
      `origin: ${formatUnits(length, decimals)} of ${cyan(code)}, issued to ${who(transfer.to)}, serials from ${serialFrom}${made}`,
    )
  }
  for (const { account, length, asset: held } of holders) {
    print(`holds: ${who(account)}  ${formatUnits(length, held.decimals)} of ${cyan(held.code)}`)
  }
  print(dim(`as of block ${height}${truncated ? ', cut short by --max-depth' : ''}`))
}

function verb(kind: string): string {
  return (
    {
      ISSUE: 'issued:',
      TRANSFER: 'moved:',
      RETIRE: 'retired:',
      REINSTATE: 'reinstated:',
      REGISTER: 'registered:',
    }[kind] ?? kind
  )
}
