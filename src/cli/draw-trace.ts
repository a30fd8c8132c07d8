import { encodeAddress, shortAddress } from '../crypto/address.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import { formatUnits } from '../ledger/units.ts'
import { bold, cyan, dim } from './output.ts'

const RETIRED_ADDRESS = encodeAddress(RETIRED)
const MINT_ADDRESS = encodeAddress(MINT)

interface Party {
  address: string
  name: string | null
}
export interface TracedTransfer {
  hash: string
  kind: string
  position: string
  timestamp: string
  from: Party
  to: Party
  note: string | null
  asset: TracedAsset
}
interface TracedAsset {
  code: string
  decimals: number
  name: string
  /** A word of the schema's CustodyModel. */
  custody: string | null
  /** The retirements that it was made from. */
  madeFrom: { hash: string; asset: { code: string } }[]
}
export interface Traced {
  height: string
  hops: { length: string; unit: string; depth: number; transfer: TracedTransfer }[]
  origins: { length: string; serialFrom: string; transfer: TracedTransfer }[]
  holders: { length: string; account: Party; asset: { code: string; decimals: number } }[]
  truncated: boolean
}

/** A transfer with all its traced units together. */
interface Step {
  transfer: TracedTransfer
  units: bigint
}

/**
 * A trace as a tree: each asset with its steps in order of time, and below it what it was made from (backward) or into (forward); then where
 * the units began or who holds them.
 */
export function drawTrace(trace: Traced, direction: 'BACKWARD' | 'FORWARD'): string[] {
  const { hops, origins, holders, height, truncated } = trace
  if (hops.length === 0) return ['no units found']
  const assets = new Map(hops.map(({ transfer }) => [transfer.asset.code, transfer.asset]))
  const steps = stepsByAsset(hops)
  const edges = edgesOf([...assets.values()], direction)
  const below = new Set([...edges.values()].flat())
  const lines: string[] = []
  const drawn = new Set<string>()
  const word = direction === 'BACKWARD' ? 'made from ' : 'made into '

  const draw = (code: string, head: string, indent: string, joint: string) => {
    const again = drawn.has(code) ? dim(' (above)') : ''
    const { name, custody } = assets.get(code)!
    const kept = custody === null ? '' : dim(` (${custodyWords(custody)})`)
    lines.push(`${joint}${head}${cyan(code)}  ${name}${kept}${again}`)
    if (again !== '') return
    drawn.add(code)
    const children = edges.get(code)!
    const bar = children.length > 0 ? '│' : ' '
    for (const line of stepLines(steps.get(code)!)) lines.push(`${indent}${bar} ${line}`)
    children.forEach((child, i) => {
      const last = i === children.length - 1
      draw(child, word, `${indent}${last ? '   ' : '│  '}`, `${indent}${last ? '└─ ' : '├─ '}`)
    })
  }
  for (const code of assets.keys()) if (!below.has(code)) draw(code, '', '', '')

  lines.push('')
  for (const { transfer, length, serialFrom } of origins) {
    const { code, decimals } = transfer.asset
    const units = formatUnits(length, decimals)
    lines.push(
      `origin  ${units} of ${cyan(code)}, issued to ${nameOf(transfer.to)} (serials from ${serialFrom})`,
    )
  }
  for (const { account, length, asset } of holders) {
    const units = `${formatUnits(length, asset.decimals)} of ${cyan(asset.code)}`
    lines.push(
      account.address === RETIRED_ADDRESS ? `retired ${units}` : `held    ${units}, by ${nameOf(account)}`,
    )
  }
  lines.push(dim(`as of block ${height}${truncated ? ', cut short by --max-depth' : ''}`))
  if (hops.some(({ transfer }) => [transfer.from, transfer.to].some(isNamed)))
    lines.push(dim('names are what this server calls addresses; nobody verified them'))
  return lines
}

/** "MASS_BALANCE" as definitions have it: "mass-balance". */
export const custodyWords = (custody: string): string => custody.toLowerCase().replaceAll('_', '-')

/** Which assets to draw below which. */
function edgesOf(assets: TracedAsset[], direction: 'BACKWARD' | 'FORWARD'): Map<string, string[]> {
  const edges = new Map<string, string[]>(assets.map(({ code }) => [code, []]))
  for (const { code, madeFrom } of assets) {
    for (const source of new Set(madeFrom.map(({ asset }) => asset.code))) {
      if (!edges.has(source)) continue
      const [upper, lower] = direction === 'BACKWARD' ? [code, source] : [source, code]
      edges.get(upper)!.push(lower)
    }
  }
  return edges
}

function stepsByAsset(hops: Traced['hops']): Map<string, Step[]> {
  const byHash = new Map<string, Step>()
  for (const { transfer, length } of hops) {
    const step = byHash.get(transfer.hash) ?? { transfer, units: 0n }
    byHash.set(transfer.hash, step)
    step.units += BigInt(length)
  }
  const steps = [...byHash.values()].sort((a, b) => Number(a.transfer.position) - Number(b.transfer.position))
  const groups = new Map<string, Step[]>()
  for (const step of steps) {
    const { code } = step.transfer.asset
    const group = groups.get(code)
    if (group === undefined) groups.set(code, [step])
    else group.push(step)
  }
  return groups
}

function stepLines(steps: Step[]): string[] {
  const amounts = steps.map(({ units, transfer }) => formatUnits(units, transfer.asset.decimals))
  const width = amounts.reduce((widest, { length }) => Math.max(widest, length), 0)
  return steps.map(({ transfer }, i) => {
    const day = dim(transfer.timestamp.slice(0, 19).replace('T', ' '))
    const note = transfer.note ? dim(`  "${transfer.note}"`) : ''
    return `${day}  ${amounts[i]!.padStart(width)}  ${happening(transfer)}${note}`
  })
}

function happening({ kind, from, to }: TracedTransfer): string {
  if (kind === 'ISSUE') return `issued to ${nameOf(to)}`
  if (kind === 'RETIRE') return `retired by ${nameOf(from)}`
  if (kind === 'REINSTATE') return `reinstated to ${nameOf(to)}`
  return `${nameOf(from)} -> ${nameOf(to)}`
}

const nameOf = ({ address, name }: Party) => (name ? bold(name) : shortAddress(address))

/** Whether a party has a name; those of nobody, `MINT` and `RETIRED`, are no names. */
export const isNamed = ({ address, name }: Party): boolean =>
  name !== null && address !== MINT_ADDRESS && address !== RETIRED_ADDRESS
