import { type Command, Option } from 'commander'
import { ClientError } from '../../client/graphql.ts'
import { MAX_COUNTER } from '../../ledger/params.ts'
import { mermaidChart } from '../../standards/mermaid.ts'
import { svgPicture } from '../../standards/svg.ts'
import { drawTrace, type Traced } from '../draw-trace.ts'
import { UsageError } from '../failures.ts'
import { writeNewFile } from '../files/new-file.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
  wholeUnits,
} from '../options.ts'
import { counted, green, print, printJson, say, writeFilePart } from '../output.ts'
import { journeyOfTrace } from '../traced-journey.ts'
import { addressFor } from './balance.ts'

type Holder = Traced['holders'][number]

interface TracePage extends Traced {
  endCursor: string | null
}

const MOVED =
  'transfer { hash kind position timestamp from { address name } to { address name } note asset { code decimals name custody madeFrom { hash asset { code } } } }'
const TRACE = `query ($input: TraceInput!) { trace(input: $input) {
  height truncated endCursor
  hops { length unit depth ${MOVED} }
  origins { length serialFrom ${MOVED} madeFrom { hash asset { code } } }
  holders { length account { address name } asset { code decimals } } } }`

interface TraceOptions extends UrlOptions, UnitsOptions, JsonOptions {
  maxDepth?: number
  svg?: string
  mermaid?: boolean
}

export function addTrace(program: Command): void {
  addUnitsOptions(
    program.command('trace [asset]').description('show where units came from, or who holds them now'),
  )
    .option('--max-depth <hops>', 'maximum number of hops to follow', wholeNumber(1, 10_000))
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .addOption(
      new Option('--svg <file>', 'draw a picture, with every hop in a list, to a new file').conflicts('json'),
    )
    .addOption(new Option('--mermaid', 'print a Mermaid flowchart').conflicts(['json', 'svg']))
    .action(async (asset: string | undefined, options: TraceOptions) => {
      const trace = await wholeTrace(asset, options)
      if (options.json) printJson(trace)
      else show(trace, options)
    })
}

function show(trace: Traced, { svg, mermaid, direction }: TraceOptions): void {
  const journey = journeyOfTrace(trace, direction)
  if (svg !== undefined) {
    writeNewFile(svg, svgPicture(journey))
    say(`${green('OK')} ${svg}: ${counted(trace.hops.length, 'hop')} as of block ${trace.height}`)
  } else if (mermaid) for (const part of mermaidChart(journey)) writeFilePart(part)
  else for (const line of drawTrace(trace, direction)) print(line)
}

async function wholeTrace(asset: string | undefined, options: TraceOptions): Promise<TracePage> {
  const client = clientFor(options)
  const { direction, offset, length, atHeight, maxDepth } = options
  const input = { start: startOf(asset, options), direction, offset, length, atHeight, maxDepth }
  const ask = async (after?: string | null) => {
    const { trace } = await client.query<{ trace: TracePage | null }>(TRACE, {
      input: { ...input, first: 100, ...(after ? { after } : {}) },
    })
    return trace ?? noSuch(asset, options)
  }
  const whole = await ask()
  const holders = new Map<string, Holder>()
  addHolders(holders, whole.holders)
  for (let page = whole; page.truncated && page.endCursor; ) {
    page = await ask(page.endCursor)
    for (const hop of page.hops) whole.hops.push(hop)
    for (const origin of page.origins) whole.origins.push(origin)
    addHolders(holders, page.holders)
    whole.truncated = page.truncated
  }
  return { ...whole, holders: [...holders.values()] }
}

/** The options that say which units, apart from their asset. */
export interface UnitsOptions extends DataOptions {
  address?: string
  transfer?: string
  direction: 'BACKWARD' | 'FORWARD'
  offset?: string
  length?: string
  atHeight?: number
}

/** Adds the options that say which units. */
export function addUnitsOptions(command: Command): Command {
  return command
    .option('--address <who>', 'the units that this address or key holds')
    .option('--transfer <hash>', 'the units that moved in this transfer')
    .addOption(
      new Option('--direction <way>', 'BACKWARD to the issue, FORWARD to the holders')
        .choices(['BACKWARD', 'FORWARD'])
        .default('BACKWARD'),
    )
    .option('--offset <units>', 'number of units to skip', wholeUnits(0n, MAX_COUNTER))
    .option('--length <units>', 'number of units, after those skipped', wholeUnits(1n, MAX_COUNTER))
    .option(
      '--at-height <height>',
      'as it was after the block of this height (default: the newest)',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
}

/** What a trace or certificate begins with, as the API takes it. */
export function startOf(asset: string | undefined, options: UnitsOptions): object {
  const { address, transfer } = options
  if ((asset === undefined) === (transfer === undefined))
    throw new UsageError('name either an ASSET or a --transfer')
  if (address === undefined) return asset === undefined ? { transfer } : { asset }
  if (asset === undefined) throw new UsageError('--address needs an ASSET')
  return { holding: { address: addressFor(address, options), asset } }
}

/** Neither the asset nor the transfer exists. */
export function noSuch(asset: string | undefined, { transfer }: { transfer?: string }): never {
  if (asset === undefined) throw new ClientError('NOT_FOUND', `there is no transfer ${transfer}`)
  throw new ClientError('UNKNOWN_ASSET', `no asset ${asset} is registered`)
}

/** Merges the holders of several pages, because a holder can occur on more than one page with some of the units on each. */
function addHolders(all: Map<string, Holder>, more: readonly Holder[]): void {
  for (const holder of more) {
    const name = `${holder.account.address} ${holder.asset.code}`
    const known = all.get(name)
    if (known === undefined) all.set(name, holder)
    else known.length = String(BigInt(known.length) + BigInt(holder.length))
  }
}
