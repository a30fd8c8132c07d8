import { counted } from '../codec/counted.ts'
import { MAX_TIME_MS } from '../codec/time.ts'
import { multiproofRoot } from '../crypto/multiproof.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { type EraClock, eraClockOf, timeOfEra } from '../ledger/era.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { leafHash, recordHash } from '../ledger/hashes.ts'
import { type BlockHeader, decodeHeader } from '../ledger/header.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import { decodeFaultOf } from '../verify/decode-fault.ts'
import { checkFinality } from '../verify/final-header.ts'
import { type Certificate, CertificateError, type CertificateFault } from './certificate.ts'
import { type CertifiedRecords, readRecords, unsigned } from './certified-records.ts'
import { decodeCertificate } from './decode.ts'
import { derive } from './derive.ts'
import { judgeFresh } from './fresh.ts'
import type { OnProgress } from './progress.ts'
import { judgeProven } from './proven.ts'
import type { CertificateReport, Judgment, VerifyOptions } from './report.ts'
import { judgeWitnesses } from './witnessed.ts'

/**
 * Checks a certificate of origin against a genesis, and nothing else: no network, no trust in whoever made it. PROTOCOL.md, "Certificates of origin".
 * It derives the hops itself from the records.
 */
export async function verifyCertificate(
  bytes: Uint8Array,
  genesis: Genesis,
  poseidon: Poseidon,
  options: VerifyOptions,
): Promise<CertificateReport> {
  let certificate: Certificate | undefined
  options.onProgress?.('read', 0, 1)
  try {
    certificate = decodeCertificate(bytes)
    return await judge(certificate, genesis, poseidon, options)
  } catch (error) {
    const isText = certificate === undefined
    const fault = error instanceof CertificateError ? error : decodeFaultOf(error, isText)
    if (fault === undefined) throw error
    return broken(fault.code, fault.message)
  }
}

function broken(code: CertificateFault, reason: string): CertificateReport {
  const unknown: Judgment = { verdict: 'unknown', reason: 'the certificate is not intact' }
  return {
    intact: { verdict: 'no', code, reason },
    complete: unknown,
    signed: unknown,
    final: unknown,
    witnessed: unknown,
    proven: unknown,
    fresh: unknown,
    content: undefined,
  }
}

async function judge(
  certificate: Certificate,
  genesis: Genesis,
  poseidon: Poseidon,
  options: VerifyOptions,
): Promise<CertificateReport> {
  const chainId = chainIdOf(genesis)
  if (certificate.chainId !== chainId)
    throw new CertificateError('WRONG_CHAIN', 'the certificate is of another chain than this genesis')
  const header = decodeHeader(certificate.header)
  if (header.chainId !== chainId)
    throw new CertificateError('WRONG_CHAIN', 'the header is of another chain than this genesis')
  if (header.height !== certificate.question.height + 1)
    throw new CertificateError('WRONG_HEIGHT', 'the header is not the one after the height of the question')
  const { onProgress = () => {} } = options
  onProgress('finality', 0, 1)
  const final = judgeFinality(certificate, header, genesis)
  const certified = readRecords(poseidon, genesis, chainId, certificate.records, onProgress)
  checkTimes(eraClockOf(genesis), header, certified)
  checkHistory(certificate, header, certified, poseidon, onProgress)
  checkState(certificate, header, genesis, poseidon, onProgress)
  onProgress('walk', 0, 1)
  const { trace, held, complete } = derive(certificate, certified)
  const timeMs = timeOfEra(eraClockOf(genesis), header.era)
  return {
    intact: {
      verdict: 'yes',
      code: null,
      reason: `its ${counted(certificate.records.length, 'record')} and ${counted(certificate.holdings.length, 'holding')} are those of block ${header.height}, and each is needed`,
    },
    complete,
    signed: await judgeSignatures(poseidon, certified, onProgress),
    final,
    witnessed: judgeWitnesses(certificate.checkpoint, header, certificate.header, options.policy),
    proven: await judgeProven(poseidon, genesis, header, certificate, certified, options.proofs),
    fresh: judgeFresh({ header, timeMs, held }, await newerOf(genesis, poseidon, options), options),
    content: {
      certificate,
      header,
      timeMs,
      trace,
      held,
      records: new Map(certified.records.map((entry) => [entry.record.position, entry])),
      assets: certified.assets,
    },
  }
}

/** What the newer certificate comes to, if there is one. */
async function newerOf(
  genesis: Genesis,
  poseidon: Poseidon,
  { newer, nowMs }: VerifyOptions,
): Promise<CertificateReport | undefined> {
  return newer === undefined ? undefined : verifyCertificate(newer, genesis, poseidon, { nowMs })
}

const FINALITY_FAULTS = {
  WRONG_CHAIN: 'the later header is of another chain than this genesis',
  NOT_IN_LOG: 'the header is not in the log of the later one',
}

/** @throws CertificateError if the header is not in the log of the later one, where there is one */
function judgeFinality(certificate: Certificate, header: BlockHeader, genesis: Genesis): Judgment {
  const found = checkFinality(genesis, header, certificate)
  if (typeof found === 'string') throw new CertificateError(found, FINALITY_FAULTS[found])
  return { verdict: found.isFinal ? 'yes' : 'no', reason: found.reason }
}

/** @throws CertificateError if an era begins later than dates go */
function checkTimes(clock: EraClock, header: BlockHeader, { records }: CertifiedRecords): void {
  const latest = records.reduce((era, { record }) => Math.max(era, record.blockEra), header.era)
  if (timeOfEra(clock, latest) > MAX_TIME_MS)
    throw new CertificateError('MALFORMED', `era ${latest} is beyond all dates`)
}

function checkHistory(
  { history }: Certificate,
  { position, historyRoot, chainId }: BlockHeader,
  { records }: CertifiedRecords,
  poseidon: Poseidon,
  onProgress: OnProgress,
): void {
  const leaves = records.map(({ record }, i) => {
    onProgress('history', i, records.length)
    return [record.position, recordHash(poseidon, record, chainId)] as const
  })
  const isThere = (leaves.at(-1)?.[0] ?? position) < position
  if (!isThere || multiproofRoot(poseidon, leaves, position, HISTORY_DEPTH, history) !== historyRoot)
    throw new CertificateError('NOT_IN_HISTORY', 'a record is not in the history that the header states')
}

function checkState(
  { holdings, stateSize, state }: Certificate,
  { stateRoot }: BlockHeader,
  { stateDepth }: Genesis,
  poseidon: Poseidon,
  onProgress: OnProgress,
): void {
  if (holdings.length === 0) {
    if (state.length > 0 || stateSize > 0)
      throw new CertificateError('SUPERFLUOUS', 'the certificate has a path to holdings, and no holding')
    return
  }
  const leaves = holdings.map((holding, i) => {
    onProgress('state', i, holdings.length)
    return [holding.index, leafHash(poseidon, holding)] as const
  })
  const isThere = leaves.at(-1)![0] < stateSize && stateSize <= 4 ** stateDepth
  if (!isThere || multiproofRoot(poseidon, leaves, stateSize, stateDepth, state) !== stateRoot)
    throw new CertificateError('NOT_IN_STATE', 'a holding is not in the state that the header states')
}

async function judgeSignatures(
  poseidon: Poseidon,
  { records, assets }: CertifiedRecords,
  onProgress: OnProgress,
): Promise<Judgment> {
  const bad: string[] = []
  let ofGenesis = 0
  for (const [i, { record, action }] of records.entries()) {
    onProgress('signatures', i, records.length)
    if (action === undefined) {
      ofGenesis++
      continue
    }
    const issuer = assets.get(record.assetId)?.issuer
    const why =
      issuer === undefined ? 'its issuer is not shown' : await unsigned(poseidon, action, record, issuer)
    if (why !== undefined) bad.push(`record ${record.position}: ${why}`)
  }
  const signed = records.length - ofGenesis - bad.length
  const stated = ofGenesis > 0 ? `; ${ofGenesis} stated by the genesis, which all validators share` : ''
  if (bad.length === 0) return { verdict: 'yes', reason: `${signed} by those who had to sign${stated}` }
  const shown = bad.slice(0, 3).join('; ')
  return {
    verdict: signed > 0 ? 'partly' : 'no',
    reason: `${bad.length} of ${counted(records.length, 'record')} not by those who had to sign: ${shown}`,
  }
}
