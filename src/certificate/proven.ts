import { counted } from '../codec/counted.ts'
import { knownNodes } from '../crypto/multiproof.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { batchAt, batchHeight, fullBatchCount } from '../ledger/batch.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { recordHash } from '../ledger/hashes.ts'
import type { BlockHeader } from '../ledger/header.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { ProvenBatches } from '../verify/proven-batches.ts'
import type { Certificate } from './certificate.ts'
import type { CertifiedRecords } from './certified-records.ts'
import type { Judgment, VerifyOptions } from './report.ts'

/**
 * Whether the records of a certificate lie in batches whose proofs lead from the genesis on. The records of a batch that is full under the
 * certificate's header are compared by their root, which follows from the paths of the certificate. PROTOCOL.md, "Certificates of origin".
 * @throws whatever `proofs` throws
 */
export async function judgeProven(
  poseidon: Poseidon,
  genesis: Genesis,
  header: BlockHeader,
  { history }: Pick<Certificate, 'history'>,
  { records }: CertifiedRecords,
  proofs: VerifyOptions['proofs'],
): Promise<Judgment> {
  if (proofs === undefined) return { verdict: 'unknown', reason: 'no proofs of batches were given' }
  const { batchSize } = genesis
  const signed = records.flatMap(({ record, action }) => (action === undefined ? [] : [record]))
  const batches = signed.map(({ position }) => batchAt(position, batchSize))
  const shown = await proofs(batches.at(-1) ?? 0)
  if ('fault' in shown) return { verdict: 'no', reason: `the proofs do not verify: ${shown.fault}` }
  const leaves = records.map(
    ({ record }) => [record.position, recordHash(poseidon, record, header.chainId)] as const,
  )
  const level = batchHeight(batchSize)
  const roots = new Map(knownNodes(poseidon, leaves, header.position, level, history).nodes)
  const full = fullBatchCount(header.position, batchSize)
  const isProven = (batch: number) => batch < full && shown.recordsRoots.has(batch)
  for (const batch of batches)
    if (isProven(batch) && shown.recordsRoots.get(batch) !== roots.get(batch))
      return { verdict: 'no', reason: `the proofs are of another history: batch ${batch} has other records` }
  const open = signed.find((_, i) => !isProven(batches[i]!))
  const proven = signed.filter((_, i) => isProven(batches[i]!))
  const judged = verdictOf(shown, records.length, signed.length, proven)
  if (open === undefined) return judged
  const why =
    batchAt(open.position, batchSize) < full
      ? 'has no proof here'
      : 'was not full as of its header: a certificate as of a later height can show it'
  return {
    verdict: proven.length > 0 ? 'partly' : 'no',
    reason: `${judged.reason}; the batch of record ${open.position} ${why}`,
  }
}

/** What is to be said if all signed records are proven. */
function verdictOf(
  { key }: ProvenBatches,
  total: number,
  signed: number,
  proven: readonly LedgerRecord[],
): Judgment {
  const forgeable = key === 'development' ? ', with which anyone can forge proofs' : ''
  const attested = proven.filter(({ flags }) => flags !== 0).length
  const vouched = attested > 0 ? `; in no proof: the signatures of ${attested} of them` : ''
  const genesis = total > signed ? `; from the genesis: ${total - signed}` : ''
  return {
    verdict: 'yes',
    reason: `${proven.length} of ${counted(signed, 'signed record')} in batches that are proven under a ${key} key${forgeable}${vouched}${genesis}`,
  }
}
