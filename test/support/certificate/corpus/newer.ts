import { makeCertificate } from '../../../../src/certificate/make.ts'
import type { Verdict } from '../../../../src/certificate/report.ts'
import { type Case, intact } from './case.ts'
import { roaster } from './corpus-chain.ts'
import type { Certificates, Story } from './good.ts'

/** Milliseconds from the header as of height 1, and from that as of height 5, to the time of verification. */
const [OLD_MS, NEW_MS] = [24_000, 16_000]

const TRAIL = 'good-forward'
const HOLDING = 'good-backward'
const MOVED = 'good-retirement'
const OTHER = 'good-rsa-register'

type Old = Awaited<ReturnType<typeof oldCertificates>>
type NewerCase = readonly [
  name: string,
  sentence: string,
  old: keyof Old,
  newer: string,
  fresh: Verdict,
  maxAgeMs?: number,
]

const CASES: readonly NewerCase[] = [
  [
    'left-record',
    'A newer certificate has the record with which the units left, and not the counters of the holding.',
    'left',
    MOVED,
    'no',
  ],
  [
    'left-record-behind',
    'A newer certificate has the record with which the units before these left.',
    'kept',
    MOVED,
    'unknown',
  ],
  ['left', 'A newer certificate has the record with which the units left.', 'left', TRAIL, 'no'],
  [
    'left-counters',
    'The counters of a holding in a newer certificate show that the units left.',
    'left',
    HOLDING,
    'no',
  ],
  ['left-young', 'The units left, and the header is young enough.', 'left', HOLDING, 'no', OLD_MS],
  ['left-partly', 'One of two units left.', 'across', HOLDING, 'no'],
  ['still-there', 'The units are still there as of the newer certificate.', 'kept', HOLDING, 'yes'],
  [
    'still-there-young',
    'The units are still there, and the newer header is as old as it may be.',
    'kept',
    HOLDING,
    'yes',
    NEW_MS,
  ],
  [
    'still-there-old',
    'The units are still there, and the newer header is too old by a millisecond.',
    'kept',
    HOLDING,
    'no',
    NEW_MS - 1,
  ],
  ['left-serials', 'Of all units that were issued, some left where they were.', 'serials', TRAIL, 'no'],
  ['left-forward', 'Units left the holder that a forward trace ended with.', 'forward', TRAIL, 'no'],
  [
    'transfer',
    'It is about where the units of a transfer came from, not about who holds them.',
    'transfer',
    TRAIL,
    'unknown',
  ],
  [
    'transfer-young',
    'It is about where the units of a transfer came from, and young enough.',
    'transfer',
    TRAIL,
    'yes',
    OLD_MS,
  ],
  [
    'incomplete',
    'It does not show where its units came from, so it shows nothing of who holds them.',
    'incomplete',
    TRAIL,
    'unknown',
  ],
  ['other-units', 'The newer certificate is about other units.', 'kept', OTHER, 'unknown'],
  [
    'other-units-old',
    'The newer certificate is about other units, and the header is too old.',
    'kept',
    OTHER,
    'no',
    OLD_MS - 1,
  ],
  ['itself', 'The other certificate is the same.', 'kept', 'newer-itself', 'unknown', OLD_MS],
  ['not-intact', 'The newer certificate is not intact.', 'left', 'holding-out-total', 'unknown', OLD_MS],
  ['not-final', 'The newer certificate is not final.', 'left', 'finality-header-changed', 'unknown', OLD_MS],
]

/** Certificates as of height 1 that are verified with a newer one: units are still there, or have left. */
export async function newerCases(story: Story, made: Certificates): Promise<Case[]> {
  const old = await oldCertificates(story, made)
  return CASES.map(([name, sentence, which, newer, fresh, maxAgeMs = null]) =>
    intact(`newer-${name}`, sentence, old[which], {
      newer: `${newer}.json`,
      maxAgeMs,
      verdicts: { fresh, ...(which === 'incomplete' && { complete: 'no' }) },
    }),
  )
}

async function oldCertificates({ chain, green }: Story, { delivery, earlier }: Certificates) {
  const as = (question: Parameters<typeof makeCertificate>[1]) => makeCertificate(chain.asOf(1), question)
  const backward = { asset: green.id, account: roaster.account, direction: 'BACKWARD' } as const
  return {
    left: await as({ ...backward, length: 3n }),
    kept: await as({ ...backward, offset: 8n, length: 5n }),
    across: await as({ ...backward, offset: 7n, length: 2n }),
    serials: await as({ asset: green.id, direction: 'BACKWARD' }),
    forward: await as({ asset: green.id, direction: 'FORWARD' }),
    transfer: await as({ transfer: delivery.question.transfer!, direction: 'BACKWARD' }),
    incomplete: { ...earlier, question: { ...earlier.question, length: earlier.question.length + 1n } },
  }
}
