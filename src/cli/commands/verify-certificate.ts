import type { Stage } from '../../certificate/progress.ts'
import { VERDICTS, type VerdictName, type VerifyOptions } from '../../certificate/report.ts'
import { verifyCertificate } from '../../certificate/verify.ts'
import { Failure } from '../../config/failure.ts'
import { sha256 } from '../../crypto/hash.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { eraClockOf } from '../../ledger/era.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { journeyOf } from '../../standards/journey.ts'
import { provenBatches, provenByFile } from '../../verify/proven-batches.ts'
import { contentLines, toJson } from '../certificate-report.ts'
import { UsageError } from '../failures.ts'
import { readCertificateFile, readProofsFile } from '../files/bounded-file.ts'
import { readPolicy } from '../files/witness-policies.ts'
import { clientFor } from '../options.ts'
import { print, printJson, progress, say } from '../output.ts'
import { verdictLines } from '../verdicts.ts'
import { proofsOf } from '../verified-chain.ts'
import { type CertificateFormat, exportJourney } from './certificate-exports.ts'

/** What `--require` asks for by default. */
const REQUIRED: readonly VerdictName[] = ['intact', 'complete', 'signed', 'final']
/** Milliseconds after which progress is shown: a certificate of some hundred records takes less. */
const QUIET_MS = 1_000
const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  read: 'reading the file',
  finality: 'checking who made the block final',
  records: 'reading the records',
  history: 'checking the history',
  state: 'checking the state',
  walk: 'following the units',
  signatures: 'checking signatures',
}

export interface CertificateChecks {
  /** A list of verdicts, separated by commas. */
  require?: string
  maxAge?: number
  /** File that says who must have cosigned its checkpoint: C2SP tlog-policy. */
  policy?: string
  /** File with the proofs of batches. */
  proofs?: string
  /** Takes the proofs of batches from the API. */
  chain?: boolean
  url?: string
  /** File with a newer certificate. */
  newer?: string
  json?: boolean
  /** Format to export what it shows in, instead of printing it. */
  as?: CertificateFormat
  /** File to write the export to. */
  out?: string
}

/**
 * Checks a certificate of origin with the genesis alone, and prints a verdict per question, and what it shows if it is final: anyone can make up
 * one that is not. What it shows is exported only if nothing that is required is missing.
 * @throws Failure `NOT_SHOWN` if a verdict that is required is not yes, `BAD_FILE` if the export cannot be written; UsageError
 */
export async function checkCertificate(
  bytes: Uint8Array,
  genesis: Genesis,
  checks: CertificateChecks,
): Promise<void> {
  const { maxAge, policy, newer, json, as, out } = checks
  const required = requiredOf(checks)
  const bar = progress(QUIET_MS)
  const report = await verifyCertificate(bytes, genesis, poseidonWasm(), {
    nowMs: Date.now(),
    onProgress: (stage, done, steps) => bar.update(done, steps, STAGE_WORDS[stage]),
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
    ...(policy === undefined ? {} : { policy: readPolicy(policy) }),
    ...(newer === undefined ? {} : { newer: readCertificateFile(newer) }),
    ...proofsFor(genesis, checks),
  })
  bar.clear()
  const { content, complete, final } = report
  if (json) printJson(toJson(report))
  else {
    // What is exported may go to standard output, and stands there alone.
    const tell = as === undefined ? print : say
    for (const line of verdictLines(VERDICTS, report)) tell(line)
    if (content !== undefined && final.verdict === 'yes' && as === undefined)
      for (const line of contentLines(content)) print(line)
  }
  const isIntact = report.intact.verdict === 'yes'
  const missing = isIntact ? required.filter((name) => report[name].verdict !== 'yes') : ['intact']
  if (missing.length > 0)
    throw new Failure('NOT_SHOWN', `the certificate does not show that it is ${missing.join(', ')}`, {
      hint: 'the verdicts above say why; --require names what you ask for',
    })
  if (as !== undefined && content !== undefined)
    await exportJourney(journeyOf({ content, complete }, sha256(bytes), eraClockOf(genesis)), as, out)
}

/** The verdicts that are asked for: the list, and those that other options ask for. @throws UsageError */
function requiredOf({ require, maxAge, policy, newer, proofs, chain }: CertificateChecks): VerdictName[] {
  const names = require?.split(',') ?? REQUIRED
  for (const name of names)
    if (!VERDICTS.some((known) => known === name))
      throw new UsageError(`--require takes a list of ${VERDICTS.join(', ')}, separated by commas`)
  const more: VerdictName[] = [
    ...(maxAge === undefined && newer === undefined ? [] : (['fresh'] as const)),
    ...(policy === undefined ? [] : (['witnessed'] as const)),
    ...(proofs === undefined && !chain ? [] : (['proven'] as const)),
  ]
  return [...new Set([...(names as VerdictName[]), ...more])]
}

/** Where the proofs of batches come from, if they are asked for. @throws Failure those of `verificationKeyOf` */
function proofsFor(genesis: Genesis, checks: CertificateChecks): Pick<VerifyOptions, 'proofs'> {
  const { proofs, chain } = checks
  const poseidon = poseidonWasm()
  if (proofs !== undefined) {
    const bytes = readProofsFile(proofs)
    return { proofs: (last) => provenByFile(genesis, bytes, poseidon, last) }
  }
  if (!chain) return {}
  const { verificationKey, source } = proofsOf(genesis, clientFor(checks))
  return { proofs: (last) => provenBatches(genesis, verificationKey, source, poseidon, last) }
}
