import { startOf } from '../provenance/start.ts'
import type { TraceDirection } from '../provenance/types.ts'
import { CertifiedIndex, MissingError } from './certified-index.ts'
import type { CertifiedContent } from './report.ts'

/** Units as somebody asked for their certificate: a transfer, or an asset, or an asset and an account. */
export interface WantedUnits {
  direction: TraceDirection
  /** Code of the asset. */
  asset?: string | undefined
  account?: bigint | undefined
  transfer?: bigint | undefined
  /** The first unit; 0 by default. */
  offset?: bigint | undefined
  /** Number of units; by default all from `offset` on. */
  length?: bigint | undefined
  /** By default the certificate may be as of any height. */
  height?: number | undefined
}

/**
 * In what an intact certificate differs from what was asked for; undefined if it is about just that. Whoever got it from a server has to look: a
 * true certificate of other units, or of fewer, has the same verdicts.
 */
export function differenceFrom(wanted: WantedUnits, content: CertifiedContent): string | undefined {
  const { question } = content.certificate
  const { offset = 0n, height = question.height } = wanted
  const code = question.asset === undefined ? undefined : content.assets.get(question.asset)?.code
  const parts: [what: string, isSame: boolean][] = [
    ['direction', question.direction === wanted.direction],
    ['asset', (question.asset === undefined) === (wanted.asset === undefined) && code === wanted.asset],
    ['account', question.account === wanted.account],
    ['transfer', question.transfer === wanted.transfer],
    ['first unit', question.offset === offset],
    ['height', question.height === height],
    ['number of units', question.length === lengthOf(content, offset, wanted.length)],
  ]
  const other = parts.find(([, isSame]) => !isSame)?.[0]
  return other === undefined ? undefined : `it is about another ${other} than was asked for`
}

/** How many of the units that the question names exist from `offset` on, at most `length`; undefined if the certificate does not show that. */
function lengthOf(
  { certificate: { question, holdings }, records, assets }: CertifiedContent,
  offset: bigint,
  length: bigint | undefined,
): bigint | undefined {
  const all = [...records.values()].map(({ record }) => record)
  const { length: _, ...named } = question
  const request = { ...named, offset, ...(length !== undefined && { length }) }
  try {
    const start = startOf(new CertifiedIndex(all, assets, holdings), request)
    return start === undefined ? 0n : start.hi - start.lo
  } catch (error) {
    if (error instanceof MissingError) return undefined
    throw error
  }
}
