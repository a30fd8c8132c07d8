import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { timeOfEra } from './era.ts'
import { leaderOf } from './quorum.ts'
import { pointOf, type Replica } from './replica.ts'
import type { Certificate, Point, Proposal } from './types.ts'

/** What a block of a view would build on, with what shows it. */
export interface CertifiedParent {
  parent: Point
  /** Notarization of the parent, or its final certificate, which shows more; null for genesis. */
  certificate: Certificate | null
  /** Of the views between, ascending. */
  skips: Certificate[]
}

/**
 * The block of the highest notarized view below, all views between skip-certified; undefined while that block is not held.
 * Every view below the current one is cleared, so there is one.
 */
export function certifiedParentOf(replica: Replica, view: number): CertifiedParent | undefined {
  const { final, certificates } = replica
  const skips: Certificate[] = []
  let shown = final.certificate
  for (let below = view - 1; below > final.view; below--) {
    const { notarize, skip } = certificates.get(below) ?? {}
    if (notarize) {
      shown = notarize
      break
    }
    if (skip === undefined) return undefined
    skips.push(skip)
  }
  const parent = pointOf(replica, shown?.hash ?? final.hash)
  return parent && { parent, certificate: shown, skips: skips.reverse() }
}

/** Whether a proposal may be voted for, breaks a rule, or waits for something not known yet. */
export type Verdict = 'valid' | 'invalid' | 'wait'

/** The rules for voting notarize on a proposal of the current view, its leader's signature aside. PROTOCOL.md, "Notarize". */
export function judge(replica: Replica, proposal: Proposal, nowMs: number): Verdict {
  const verdicts = [judgePlace, judgeParent, judgeEra, judgeState].map((rule) =>
    rule(replica, proposal, nowMs),
  )
  if (verdicts.includes('invalid')) return 'invalid'
  return verdicts.includes('wait') ? 'wait' : 'valid'
}

/** It is of this chain, by this view's leader, and follows its parent in height and era. */
function judgePlace(replica: Replica, { header }: Proposal): Verdict {
  const { config } = replica
  if (header.chainId !== config.chainId || !equalBytes(header.paramsHash, config.paramsHash)) return 'invalid'
  if (header.proposer !== leaderOf(header.view, config.validators)) return 'invalid'
  const parent = pointOf(replica, bytesToHex(header.parentHash))
  const next = replica.committed.height + 1
  // Only the committed block is a parent at its height, and it is known.
  if (parent === undefined) return header.height > next ? 'wait' : 'invalid'
  return header.height === parent.height + 1 && header.era > parent.era ? 'valid' : 'invalid'
}

/** Its parent is notarized or final, and every view between was left without a block. */
function judgeParent(replica: Replica, { header }: Proposal): Verdict {
  const parent = pointOf(replica, bytesToHex(header.parentHash))
  if (parent === undefined) return 'wait'
  if (parent.view < replica.final.view || parent.view >= header.view) return 'invalid'
  return missingViews(replica, parent, header.view).length === 0 ? 'valid' : 'wait'
}

/** Views whose certificates a block on this parent needs and this replica lacks, ascending. */
export function missingViews(replica: Replica, parent: Point, view: number): number[] {
  const missing: number[] = []
  const isNotarized = replica.certificates.get(parent.view)?.notarize?.hash === parent.hash
  if (parent.hash !== replica.final.hash && !isNotarized) missing.push(parent.view)
  for (let between = parent.view + 1; between < view; between++) {
    if (!replica.certificates.get(between)?.skip) missing.push(between)
  }
  return missing
}

/** Its era is due, and not older than a leader that was late within reason would say. */
function judgeEra({ config, enteredEra }: Replica, { header }: Proposal, nowMs: number): Verdict {
  if (header.era < enteredEra - 1 - Math.ceil(config.skewMs / config.eraMs)) return 'invalid'
  return timeOfEra(config, header.era) > nowMs ? 'wait' : 'valid'
}

/** Its actions apply to the state after the parent, and its roots are those computed here. */
function judgeState(replica: Replica, { header, hash }: Proposal): Verdict {
  const status = replica.blocks.get(hash)?.status
  if (status === 'invalid') return 'invalid'
  const roots = replica.roots.get(bytesToHex(header.parentHash))
  if (roots === undefined) return 'wait'
  const same =
    roots.stateRoot === header.stateRoot &&
    roots.historyRoot === header.historyRoot &&
    roots.batchStateRoot === header.batchStateRoot
  if (!same) return 'invalid'
  return status === 'valid' ? 'valid' : 'wait'
}
