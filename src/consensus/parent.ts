import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { leaderOf } from './quorum.ts'
import { eraAt, pointOf, type Replica, timeOfEra } from './replica.ts'
import type { Certificate, Point, Proposal } from './types.ts'

/** What a block of a view would build on, with what shows it. */
export interface Foundation {
  parent: Point
  /** Notarisation of the parent; null for genesis. */
  certificate: Certificate | null
  /** Of the views between, ascending. */
  skips: Certificate[]
}

/**
 * The block of the highest notarised view below, all views between skip-certified; undefined while that block is not held.
 * Every view below the current one is cleared, so there is one.
 */
export function foundationOf(replica: Replica, view: number): Foundation | undefined {
  const skips: Certificate[] = []
  for (let below = view - 1; below > replica.final.view; below--) {
    const { notarise, skip } = replica.certificates.get(below) ?? {}
    if (notarise) {
      const parent = pointOf(replica, notarise.hash)
      return parent && { parent, certificate: notarise, skips: skips.reverse() }
    }
    if (skip === undefined) return undefined
    skips.push(skip)
  }
  const parent = pointOf(replica, replica.final.hash)
  // A final certificate shows more than a notarisation, and stands in for it.
  return parent && { parent, certificate: replica.final.certificate, skips: skips.reverse() }
}

/** Why a proposal is not voted for: it breaks a rule, or something is not known yet. */
export type Verdict = 'valid' | 'invalid' | 'wait'

/** The rules for voting notarise. PROTOCOL.md, "Notarise". */
export function judge(replica: Replica, { header, hash }: Proposal, nowMs: number): Verdict {
  const { config } = replica
  const parentHash = bytesToHex(header.parentHash)
  const parent = pointOf(replica, parentHash)
  if (parent === undefined) return 'wait'
  if (header.chainId !== config.chainId || !equalBytes(header.paramsHash, config.paramsHash)) return 'invalid'
  if (header.proposer !== leaderOf(header.view, config.validators)) return 'invalid'
  if (header.height !== parent.height + 1 || header.era <= parent.era) return 'invalid'
  const standing = isParentCertified(replica, parent, header.view)
  if (standing !== 'valid') return standing
  if (header.era < replica.enteredEra - 1 - Math.ceil(config.skewMs / config.eraMs)) return 'invalid'
  if (timeOfEra(config, header.era) > nowMs) return 'wait'
  const block = replica.blocks.get(hash)
  if (block?.status === 'invalid' || replica.blocks.get(parentHash)?.status === 'invalid') return 'invalid'
  const roots = replica.roots.get(parentHash)
  if (block?.status !== 'valid' || roots === undefined) return 'wait'
  const same =
    roots.stateRoot === header.stateRoot &&
    roots.historyRoot === header.historyRoot &&
    roots.batchStateRoot === header.batchStateRoot
  return same ? 'valid' : 'invalid'
}

function isParentCertified(replica: Replica, parent: Point, view: number): Verdict {
  if (parent.view < replica.final.view || parent.view >= view) return 'invalid'
  const isFinal = parent.hash === replica.final.hash
  if (!isFinal && replica.certificates.get(parent.view)?.notarise?.hash !== parent.hash) return 'wait'
  for (let between = parent.view + 1; between < view; between++) {
    if (!replica.certificates.get(between)?.skip) return 'wait'
  }
  return 'valid'
}

/** True for a header so far ahead that its sender's clock, not ours, must be wrong. */
export function isFarAhead(replica: Replica, era: number, nowMs: number): boolean {
  return era > eraAt(replica.config, nowMs) + 2
}
