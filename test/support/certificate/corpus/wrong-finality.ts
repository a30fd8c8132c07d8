import type { Certificate, CertificateFault } from '../../../../src/certificate/certificate.ts'
import { concatBytes } from '../../../../src/codec/bytes.ts'
import { decodeHeader, encodeHeader } from '../../../../src/ledger/header.ts'
import { broken, type Case, intact } from './case.ts'
import { CorpusChain, inclusionIn } from './corpus-chain.ts'
import type { Certificates, Story } from './good.ts'

/** Bytes before the bitmap of voters: kind, view, block hash. */
const SUBJECT_BYTES = 41
const SIGNATURE_BYTES = 64
const no = { verdicts: { final: 'no' } } as const

type NotFinal<Parts> = readonly [name: string, sentence: string, make: (parts: Parts) => Certificate]
type Broken<Parts> = readonly [
  name: string,
  sentence: string,
  code: CertificateFault,
  make: (parts: Parts) => Certificate,
]

/** What final certificates are made of. */
function finalityParts({ chain }: Story, { delivery }: Certificates) {
  const header = decodeHeader(delivery.header)
  const withFinality = (finality: Uint8Array): Certificate => ({ ...delivery, finality })
  const { finality } = delivery
  const bitmap = (bits: number) => withFinality(finality.with(SUBJECT_BYTES, bits))
  const first = finality.slice(SUBJECT_BYTES + 1, SUBJECT_BYTES + 1 + SIGNATURE_BYTES)
  const signature = (i: number, bytes: Uint8Array) => {
    const changed = finality.slice()
    changed.set(bytes, SUBJECT_BYTES + 1 + i * SIGNATURE_BYTES)
    return withFinality(changed)
  }
  const changed = encodeHeader({ ...header, proposer: 3 })
  const foreign = new CorpusChain('5b'.repeat(32)).finality(header)
  return { chain, header, delivery, withFinality, finality, bitmap, first, signature, changed, foreign }
}

/** Intact, but not final. */
const NOT_FINAL: readonly NotFinal<ReturnType<typeof finalityParts>>[] = [
  [
    'finality-of-another-block',
    'The final certificate is of another block.',
    ({ chain, withFinality }) => withFinality(chain.finality(decodeHeader(chain.headers[5]!))),
  ],
  [
    'finality-header-changed',
    'The header has another proposer than the one that was made final.',
    ({ delivery, changed }) => ({ ...delivery, header: changed }),
  ],
  [
    'finality-same-voter-twice',
    'The first validator signed three times, for two others as well.',
    ({ first, signature }) => signature(1, concatBytes(first, first)),
  ],
  [
    'finality-signatures-swapped',
    'Two signatures are swapped.',
    ({ withFinality, finality }) => withFinality(swapped(finality)),
  ],
  [
    'finality-signature-changed',
    'One signature has another byte.',
    ({ signature }) => signature(2, Uint8Array.of(7)),
  ],
  [
    'finality-wrong-voter',
    'A signature counts for another validator than the one who made it.',
    ({ bitmap }) => bitmap(0b1011),
  ],
  [
    'finality-notarized',
    'The votes are for notarization.',
    ({ chain, header, withFinality }) => withFinality(chain.finality(header, { kind: 'notarize' })),
  ],
  [
    'finality-foreign',
    'The validators signed it for another chain.',
    ({ withFinality, foreign }) => withFinality(foreign),
  ],
]

/** What is no final certificate. */
const NO_CERTIFICATE: readonly Broken<ReturnType<typeof finalityParts>>[] = [
  [
    'finality-too-few',
    'There are two signatures, and three make a quorum.',
    'MALFORMED',
    ({ chain, header, withFinality }) => withFinality(chain.finality(header, { voters: [0, 1] })),
  ],
  [
    'finality-too-many',
    'There are four signatures, and three make a quorum.',
    'MALFORMED',
    ({ chain, header, withFinality }) => withFinality(chain.finality(header, { voters: [0, 1, 2, 3] })),
  ],
  [
    'finality-non-validator',
    'The third signature is of a fifth validator, and there are four.',
    'MALFORMED',
    ({ bitmap }) => bitmap(0b10011),
  ],
  [
    'finality-short',
    'The final certificate lacks its last byte.',
    'MALFORMED',
    ({ withFinality, finality }) => withFinality(finality.slice(0, -1)),
  ],
  [
    'finality-long',
    'The final certificate has a byte too many.',
    'MALFORMED',
    ({ withFinality, finality }) => withFinality(concatBytes(finality, Uint8Array.of(0))),
  ],
  [
    'finality-unknown-kind',
    'The final certificate has a kind that does not exist.',
    'MALFORMED',
    ({ withFinality, finality }) => withFinality(finality.with(0, 3)),
  ],
  [
    'finality-empty',
    'The final certificate has no bytes.',
    'MALFORMED',
    ({ withFinality }) => withFinality(new Uint8Array()),
  ],
  [
    'finality-skip',
    'The votes are votes to skip, and yet for a block.',
    'MALFORMED',
    ({ withFinality, finality }) => withFinality(finality.with(0, 1)),
  ],
]

/** Headers that no quorum made final, and one that another quorum did. */
export function wrongFinality(story: Story, made: Certificates): Case[] {
  const parts = finalityParts(story, made)
  const others = parts.chain.finality(parts.header, { voters: [0, 2, 3] })
  return [
    intact(
      'good-other-quorum',
      'Other validators than in good-transfer made the header final.',
      parts.withFinality(others),
    ),
    ...NOT_FINAL.map(([name, sentence, make]) => intact(name, sentence, make(parts), no)),
    ...NO_CERTIFICATE.map(([name, sentence, code, make]) => broken(name, code, sentence, make(parts))),
  ]
}

function swapped(finality: Uint8Array): Uint8Array {
  const at = SUBJECT_BYTES + 1
  const [one, two] = [0, 1].map((i) =>
    finality.slice(at + i * SIGNATURE_BYTES, at + (i + 1) * SIGNATURE_BYTES),
  )
  return concatBytes(finality.slice(0, at), two!, one!, finality.slice(at + 2 * SIGNATURE_BYTES))
}

/** What later headers are made of. */
async function laterParts({ chain }: Story, { earlier, backward }: Certificates) {
  const good = await chain.withLater(earlier)
  const later = good.later!
  const withInclusion = (inclusion: Uint8Array[]): Certificate => ({
    ...good,
    later: { ...later, inclusion },
  })
  const withHeader = (header: Uint8Array): Certificate => ({ ...good, later: { ...later, header } })
  const chainId = new CorpusChain('5b'.repeat(32)).world.rules.chainId
  const decoded = decodeHeader(later.header)
  const none = new Uint8Array(32)
  const ofAnother = await inclusionIn(chain.headers.slice(0, 6), 1)
  return {
    chain,
    good,
    later,
    earlier,
    backward,
    withInclusion,
    withHeader,
    chainId,
    decoded,
    none,
    ofAnother,
  }
}
type LaterParts = Awaited<ReturnType<typeof laterParts>>

const LATER_NOT_FINAL: readonly NotFinal<LaterParts>[] = [
  [
    'later-not-final',
    'The later header has another view than the one that was made final.',
    ({ decoded, withHeader }) => withHeader(encodeHeader({ ...decoded, view: 99 })),
  ],
  [
    'later-finality-of-the-header',
    'The header itself is final, but not the later one, which has to be.',
    ({ good, earlier }) => ({ ...good, finality: earlier.finality }),
  ],
  [
    'later-finality-without-later',
    'The later header is left out, but not its final certificate.',
    ({ good }) => ({ ...good, later: undefined }),
  ],
]

const NOT_LATER: readonly Broken<LaterParts>[] = [
  [
    'later-inclusion-missing',
    'A hash of the inclusion proof is missing.',
    'NOT_IN_LOG',
    ({ later, withInclusion }) => withInclusion(later.inclusion.slice(0, -1)),
  ],
  [
    'later-inclusion-none',
    'The inclusion proof is empty.',
    'NOT_IN_LOG',
    ({ withInclusion }) => withInclusion([]),
  ],
  [
    'later-inclusion-too-many',
    'There is one hash too many in the inclusion proof.',
    'NOT_IN_LOG',
    ({ later, withInclusion, none }) => withInclusion([...later.inclusion, none]),
  ],
  [
    'later-inclusion-changed',
    'A hash of the inclusion proof is another.',
    'NOT_IN_LOG',
    ({ later, withInclusion, none }) => withInclusion(later.inclusion.with(0, none)),
  ],
  [
    'later-inclusion-reversed',
    'The inclusion proof is in reverse order.',
    'NOT_IN_LOG',
    ({ later, withInclusion }) => withInclusion(later.inclusion.toReversed()),
  ],
  [
    'later-inclusion-of-another',
    'The inclusion proof is of the header before.',
    'NOT_IN_LOG',
    ({ withInclusion, ofAnother }) => withInclusion(ofAnother),
  ],
  [
    'later-log-root',
    'The later header has another logRoot.',
    'NOT_IN_LOG',
    ({ decoded, withHeader, none }) => withHeader(encodeHeader({ ...decoded, logRoot: none })),
  ],
  [
    'later-header-changed',
    'The header has another view than the one in the log.',
    'NOT_IN_LOG',
    ({ good }) => ({
      ...good,
      header: encodeHeader({ ...decodeHeader(good.header), view: 99 }),
    }),
  ],
  [
    'later-of-another-chain',
    'The later header is of another chain.',
    'WRONG_CHAIN',
    ({ decoded, withHeader, chainId }) => withHeader(encodeHeader({ ...decoded, chainId })),
  ],
  [
    'later-is-earlier',
    'The later header is that of an earlier height.',
    'NOT_IN_LOG',
    ({ chain, withHeader }) => withHeader(chain.headers[1]!),
  ],
  [
    'later-is-the-same',
    'The later header is the header.',
    'NOT_IN_LOG',
    ({ backward }) => ({
      ...backward,
      later: { header: backward.header, inclusion: [] },
    }),
  ],
  [
    'later-header-short',
    'The later header lacks its last byte.',
    'MALFORMED',
    ({ later, withHeader }) => withHeader(later.header.slice(0, -1)),
  ],
  [
    'later-64-hashes',
    'The inclusion proof has 64 hashes, one more than it may have.',
    'MALFORMED',
    ({ withInclusion, none }) => withInclusion(Array.from({ length: 64 }, () => none)),
  ],
]

/** Later headers that show nothing of the header. */
export async function wrongLater(story: Story, made: Certificates): Promise<Case[]> {
  const parts = await laterParts(story, made)
  return [
    ...LATER_NOT_FINAL.map(([name, sentence, make]) => intact(name, sentence, make(parts), no)),
    ...NOT_LATER.map(([name, sentence, code, make]) => broken(name, code, sentence, make(parts))),
  ]
}
