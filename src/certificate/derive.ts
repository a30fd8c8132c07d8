import { counted } from '../codec/counted.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { type FinishedPage, Page, withHolders } from '../provenance/page.ts'
import { followPaths } from '../provenance/paths.ts'
import type { TraceIndex } from '../provenance/record-index.ts'
import { MAX_MOVES, MAX_WAITING, Walk } from '../provenance/sections.ts'
import { startOf } from '../provenance/start.ts'
import type { TraceResult } from '../provenance/types.ts'
import { Asked } from './asked.ts'
import { type Certificate, CertificateError, MAX_HOPS, type Question } from './certificate.ts'
import { CertifiedIndex, MissingError } from './certified-index.ts'
import type { CertifiedRecords } from './certified-records.ts'
import type { HeldUnits, Judgment } from './report.ts'

/** Most open ends that are named. */
const SHOWN = 3
const NOTHING: TraceResult = { hops: [], origins: [], holders: [], truncated: false, end: undefined }

interface Derived {
  trace: TraceResult
  /** As in `CertifiedContent`. */
  held: HeldUnits[]
  complete: Judgment
}

/**
 * The trace that follows from a certificate's records, and whether it covers all units of the question.
 * @param maxHops most hops that may follow
 * @throws CertificateError `SUPERFLUOUS`, `TOO_LARGE` if more hops follow, or `MALFORMED` if the records go in a circle
 */
export function derive(
  { question, holdings }: Pick<Certificate, 'question' | 'holdings'>,
  { records, assets }: CertifiedRecords,
  maxHops = MAX_HOPS,
): Derived {
  const registrations = new Map(
    records.flatMap(({ record }) => (record.kind === 'register' ? [[record.assetId, record.position]] : [])),
  )
  const index = new CertifiedIndex(
    records.map(({ record }) => record),
    assets,
    holdings,
  )
  const asked = new Asked(index, (assetId) => registrations.get(assetId))
  try {
    const page = walk(asked, question, records.length, maxHops)
    const trace = withHolders(asked, page)
    const unneeded =
      records.find(({ record }) => !asked.positions.has(record.position))?.record.position ??
      holdings.find((holding) => !asked.holdings.has(holding.index))?.index
    if (index.openEnds.length === 0 && unneeded !== undefined)
      throw new CertificateError('SUPERFLUOUS', `no hop needs record or holding ${unneeded}`)
    const complete = judgeEnds(question, trace, index, asked)
    return { trace, held: complete.verdict === 'yes' ? heldUnits(asked, question, page) : [], complete }
  } catch (error) {
    if (!(error instanceof MissingError || error instanceof RejectionError)) throw error
    return { trace: NOTHING, held: [], complete: { verdict: 'no', reason: error.message } }
  }
}

function walk(asked: Asked, question: Question, records: number, maxHops: number): FinishedPage {
  const walk = new Walk(asked, question)
  const page = new Page()
  for (const step of walk.steps()) {
    if ('need' in step) continue
    page.add(step)
    if (step.step === 'hop' && step.hop.depth > records)
      throw new CertificateError('MALFORMED', 'the records go in a circle, so they are in no chain')
    if (page.hops.length > maxHops)
      throw new CertificateError('TOO_LARGE', `more than ${maxHops} hops follow from the records`)
  }
  return page.finish(walk, false)
}

/** The units that are shown to be in a holding: see `CertifiedContent`. Nothing must be missing. */
function heldUnits(index: TraceIndex, question: Question, { held }: FinishedPage): HeldUnits[] {
  if (question.direction === 'FORWARD') return held
  const start = startOf(index, question)
  if (question.transfer !== undefined || start === undefined) return []
  if (question.account !== undefined) return [start]
  const ranges: HeldUnits[] = []
  for (const step of followPaths(index, 'FORWARD', [start], MAX_MOVES))
    if ('step' in step && step.step === 'held') ranges.push(step.range)
  return ranges
}

function judgeEnds(
  question: Question,
  { hops, truncated }: TraceResult,
  { openEnds }: CertifiedIndex,
  asked: Asked,
): Judgment {
  const start = startOf(asked, question)
  const length = start === undefined ? 0n : start.hi - start.lo
  if (length !== question.length)
    return {
      verdict: 'no',
      reason: `the question is of ${counted(question.length, 'unit')}, of which ${length} exist`,
    }
  if (openEnds.length > 0) {
    const ends = openEnds.slice(0, SHOWN).map(({ holding, unit }) => `unit ${unit} of holding ${holding}`)
    const more = openEnds.length > SHOWN ? ` and ${openEnds.length - SHOWN} more` : ''
    return {
      verdict: hops.length > 0 ? 'partly' : 'no',
      reason: `it does not show what happened to ${ends.join(', ')}${more}`,
    }
  }
  if (truncated)
    return {
      verdict: 'partly',
      reason: `more than ${MAX_WAITING} assets were crossed at once, or a unit moved more than ${MAX_MOVES} times`,
    }
  const end =
    question.direction === 'BACKWARD'
      ? 'each unit is followed to its issue'
      : 'each unit is followed to its holder; other assets may have been made from retired units'
  return { verdict: 'yes', reason: `${end}: ${counted(hops.length, 'hop')}` }
}
