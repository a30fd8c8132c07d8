import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { BlockHeader } from '../ledger/header.ts'
import { dueMs } from './clock.ts'
import { leaderOf } from './quorum.ts'
import { pointOf, type Replica } from './replica.ts'
import type { Certificate, Point, Proposal, Roots } from './types.ts'

/** The parent of a block in some view, with the certificates that prove it. */
export interface CertifiedParent {
  parent: Point
  /** Notarization of the parent, or its final certificate, which is stronger; null for genesis. */
  certificate: Certificate | null
  /** Skip certificates of the views between, ascending. */
  skips: Certificate[]
}

/**
 * The parent of a block in `view`: the block of the highest notarized view below it, where all views between have a skip certificate.
 * The last final block counts as notarized. For the current view there always is one, because every view below is cleared.
 * @returns undefined while that block is not held, or if a view between has no certificate. PROTOCOL.md, "Views"
 */
export function certifiedParentOf(replica: Replica, view: number): CertifiedParent | undefined {
  const { final, certificates } = replica
  const skips: Certificate[] = []
  let parentCertificate = final.certificate
  for (let below = view - 1; below > final.view; below--) {
    const { notarize, skip } = certificates.get(below) ?? {}
    if (notarize) {
      parentCertificate = notarize
      break
    }
    if (skip === undefined) return undefined
    skips.push(skip)
  }
  const parent = pointOf(replica, parentCertificate?.hash ?? final.hash)
  return parent && { parent, certificate: parentCertificate, skips: skips.reverse() }
}

/** `valid`: may be voted for. `invalid`: breaks a rule. `wait`: cannot be judged yet. */
export type Verdict = 'valid' | 'invalid' | 'wait'

/** The rules for a notarize vote on a proposal of the current view, except the leader's signature. PROTOCOL.md, "Notarize". */
export function judgeProposal(replica: Replica, proposal: Proposal, nowMs: number): Verdict {
  const verdicts = [judgeHeader, judgeParent, judgeEra, judgeState].map((rule) =>
    rule(replica, proposal, nowMs),
  )
  if (verdicts.includes('invalid')) return 'invalid'
  return verdicts.includes('wait') ? 'wait' : 'valid'
}

/** Rules 1 and 2: chain, leader, height and era. */
function judgeHeader(replica: Replica, { header }: Proposal): Verdict {
  const { config } = replica
  if (header.chainId !== config.chainId || !equalBytes(header.paramsHash, config.paramsHash)) return 'invalid'
  if (header.proposer !== leaderOf(header.view, config.validators)) return 'invalid'
  const parent = pointOf(replica, bytesToHex(header.parentHash))
  const next = replica.committed.height + 1
  // At or below the committed height the only possible parent is the committed block, which is known.
  if (parent === undefined) return header.height > next ? 'wait' : 'invalid'
  return header.height === parent.height + 1 && header.era > parent.era ? 'valid' : 'invalid'
}

/** Rule 3: the parent is notarized or final, and every view between has a skip certificate. */
function judgeParent(replica: Replica, { header }: Proposal): Verdict {
  const parent = pointOf(replica, bytesToHex(header.parentHash))
  if (parent === undefined) return 'wait'
  if (parent.view < replica.final.view || parent.view >= header.view) return 'invalid'
  return missingViews(replica, parent, header.view).length === 0 ? 'valid' : 'wait'
}

/** Views whose certificates a block of `view` on this parent needs and this replica lacks, ascending. */
export function missingViews(replica: Replica, parent: Point, view: number): number[] {
  const missing: number[] = []
  const isNotarized = replica.certificates.get(parent.view)?.notarize?.hash === parent.hash
  if (parent.hash !== replica.final.hash && !isNotarized) missing.push(parent.view)
  for (let between = parent.view + 1; between < view; between++) {
    if (!replica.certificates.get(between)?.skip) missing.push(between)
  }
  return missing
}

/** Rules 4 and 5: the era is due, and not older than the clock skew allows. */
function judgeEra(replica: Replica, { header }: Proposal, nowMs: number): Verdict {
  const { config, enteredEra } = replica
  if (header.era < enteredEra - 1 - Math.ceil(config.skewMs / config.eraMs)) return 'invalid'
  return dueMs(replica, header.era) > nowMs ? 'wait' : 'valid'
}

/**
 * Rules 6 and 7: the actions apply to the state after the parent, and the roots are those computed here. They also hold for a finalize vote and
 * for a commit.
 */
export function judgeState(replica: Replica, { header, hash }: Pick<Proposal, 'header' | 'hash'>): Verdict {
  const status = replica.blocks.get(hash)?.status
  if (status === 'invalid' || differingRoot(replica, header) !== undefined) return 'invalid'
  return status === 'valid' && replica.roots.has(bytesToHex(header.parentHash)) ? 'valid' : 'wait'
}

/** The first root of a header that differs from the one computed here, with both values; undefined if none does, or while they are not known. */
export function differingRoot(
  { roots }: Replica,
  header: BlockHeader,
): { name: keyof Roots; computed: string; found: string } | undefined {
  const known = roots.get(bytesToHex(header.parentHash))
  if (known === undefined) return undefined
  const name = ROOTS.find((root) => textOf(known[root]) !== textOf(header[root]))
  return name && { name, computed: textOf(known[name]), found: textOf(header[name]) }
}

const ROOTS = ['stateRoot', 'historyRoot', 'batchStateRoot', 'logRoot'] as const

function textOf(root: bigint | Uint8Array): string {
  return typeof root === 'bigint' ? fieldToHex(root) : bytesToHex(root)
}
