import type { Certificate } from '../../../../src/certificate/certificate.ts'
import { quorum } from '../../../../src/consensus/quorum.ts'
import { ed25519PublicKey, signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import { formatCheckpoint } from '../../../../src/log/checkpoint.ts'
import { cosign, cosignatureLine, cosignerKey } from '../../../../src/log/cosignature.ts'
import { originOf, quorumPolicy } from '../../../../src/log/cosigned.ts'
import { formatNote, type NoteKey } from '../../../../src/log/note.ts'
import { formatPolicy } from '../../../../src/log/policy.ts'
import { seedsOf } from '../certified-chain.ts'
import { broken, type Case, intact } from './case.ts'
import { type CorpusChain, inclusionIn, rootOver } from './corpus-chain.ts'
import type { Certificates, Story } from './good.ts'

/** Seconds since 1970 of all cosignatures. */
const TIME = 1_700_000_020
const WITNESSES = 'witnesses.policy'
const VALIDATORS = 'validators.policy'
const BOTH = 'validators-and-witness.policy'

interface Cosigner {
  key: NoteKey
  seed: Uint8Array
}

const originIn = (chain: CorpusChain) => originOf(fieldToHex(chain.world.rules.chainId))
const cosignerOf = (name: string, seed: Uint8Array): Cosigner => ({
  key: cosignerKey(name, ed25519PublicKey(seed)),
  seed,
})
const witnesses = [1, 2, 3].map((i) => cosignerOf(`witness.example/${i}`, new Uint8Array(32).fill(100 + i)))
const [one, two, unknown] = witnesses as [Cosigner, Cosigner, Cosigner]
const validatorsOf = (chain: CorpusChain) =>
  chain.genesis.validators.map((_, i) => cosignerOf(originIn(chain), seedsOf(i)[2]!))

/** The policies by file name: of both witnesses, of a quorum of the validators, and of this quorum and one of the witnesses. */
export function policies(chain: CorpusChain): [string, string][] {
  const required = new Map([one, two].map(({ key }) => [key.name, key]))
  const both = { threshold: 2, members: [...required.keys()] }
  const validators = chain.genesis.validators.map(({ logKey }) => logKey)
  const log = { origin: originIn(chain), quorum: quorum(validators.length) }
  return [
    [
      WITNESSES,
      formatPolicy({ logs: [], witnesses: required, groups: new Map([['both', both]]), quorum: 'both' }, []),
    ],
    [VALIDATORS, formatPolicy(quorumPolicy(log, validators), ['A quorum of the validators'])],
    [BOTH, formatPolicy(quorumPolicy(log, validators, { witnesses: required, threshold: 1 }), [])],
  ]
}

/** A checkpoint's text, signed. `changed` changes the last signature. */
function signedBy(text: string, cosigners: readonly Cosigner[], changed = false): string {
  const signatures = cosigners.map(({ key, seed }, i) => {
    const line = cosignatureLine(
      key,
      cosign(text, TIME, (message) => signEd25519(seed, message)),
    )
    const isChanged = changed && i === cosigners.length - 1
    return isChanged ? { ...line, signature: line.signature.with(-1, line.signature.at(-1)! ^ 1) } : line
  })
  return formatNote({ text, signatures })
}

/** What certificates with a checkpoint are made of. */
async function partsOf({ chain }: Story, { earlier, delivery }: Certificates) {
  const size = chain.headers.length
  const origin = originIn(chain)
  const root = rootOver(chain.headers)
  const text = formatCheckpoint({ origin, size, root })
  const inclusion = await inclusionIn(chain.headers, 2)
  const validators = validatorsOf(chain)
  const small = chain.headers.slice(0, 2)
  const smallText = formatCheckpoint({ origin, size: 2, root: rootOver(small) })
  const shown = (note: string, proof = inclusion): Certificate => ({
    ...earlier,
    checkpoint: { note, inclusion: proof },
  })
  const by = (...cosigners: Cosigner[]) => shown(signedBy(text, cosigners))
  const ofSmall = await inclusionIn(small, 1)
  return { by, shown, text, validators, inclusion, size, origin, root, delivery, small, smallText, ofSmall }
}
type Make = (parts: Awaited<ReturnType<typeof partsOf>>) => Certificate

const given = (policy: string | null, witnessed: 'yes' | 'no' | 'unknown') => ({
  policy,
  verdicts: { witnessed },
})
const [yes, no, open] = [given(WITNESSES, 'yes'), given(WITNESSES, 'no'), given(null, 'unknown')]
const both = [one, two]
const none = new Uint8Array(32)

const INTACT: readonly [string, string, Make, ReturnType<typeof given>][] = [
  [
    'good-witnessed',
    'Both witnesses that the policy requires cosigned its checkpoint.',
    ({ by }) => by(...both),
    yes,
  ],
  [
    'good-witnessed-by-validators',
    'A quorum of the validators cosigned its checkpoint.',
    ({ validators, by }) => by(...validators.slice(1)),
    given(VALIDATORS, 'yes'),
  ],
  [
    'good-witnessed-by-all',
    'A quorum of the validators and one of the witnesses cosigned its checkpoint.',
    ({ validators, by }) => by(...validators.slice(0, 3), two),
    given(BOTH, 'yes'),
  ],
  [
    'good-witnessed-by-others-too',
    'A third witness, whom the policy does not name, cosigned its checkpoint too, with a wrong signature.',
    ({ shown, text }) => shown(signedBy(text, [...both, unknown], true)),
    yes,
  ],
  [
    'good-checkpoint-with-more-lines',
    'Its checkpoint has a fourth line, which means nothing.',
    ({ shown, text }) => shown(signedBy(`${text}more\n`, both)),
    yes,
  ],
  [
    'good-checkpoint-without-policy',
    'It has a checkpoint, and no policy is given.',
    ({ by }) => by(...both),
    open,
  ],
  [
    'good-policy-without-checkpoint',
    'A policy is given, and it has no checkpoint.',
    ({ delivery }) => delivery,
    given(WITNESSES, 'unknown'),
  ],
  [
    'checkpoint-one-witness',
    'One of two required witnesses cosigned its checkpoint.',
    ({ by }) => by(one),
    no,
  ],
  [
    'checkpoint-same-witness-twice',
    'One of two required witnesses cosigned its checkpoint, twice.',
    ({ by }) => by(one, one),
    no,
  ],
  [
    'checkpoint-other-witness',
    'Somebody cosigned its checkpoint whom the policy does not name.',
    ({ by }) => by(one, unknown),
    no,
  ],
  [
    'checkpoint-too-few-validators',
    'Two of four validators cosigned its checkpoint.',
    ({ validators, by }) => by(...validators.slice(0, 2)),
    given(VALIDATORS, 'no'),
  ],
  [
    'checkpoint-without-witness',
    'A quorum of the validators cosigned its checkpoint, and no witness.',
    ({ validators, by }) => by(...validators.slice(0, 3)),
    given(BOTH, 'no'),
  ],
  [
    'checkpoint-without-validators',
    'Both witnesses cosigned its checkpoint, and no validator.',
    ({ by }) => by(...both),
    given(BOTH, 'no'),
  ],
  [
    'checkpoint-signature-changed',
    'The cosignature of the second witness has another byte.',
    ({ shown, text }) => shown(signedBy(text, both, true)),
    no,
  ],
  [
    'checkpoint-other-name',
    'The second witness cosigned its checkpoint under the name of somebody else.',
    ({ by }) => by(one, { ...two, key: { ...two.key, name: 'witness.example/9' } }),
    no,
  ],
  [
    'checkpoint-text-changed',
    'The size was changed after it was cosigned, and the proof is of the size before.',
    ({ shown, text, size }) => shown(signedBy(text, both).replace(`\n${size}\n`, `\n${size + 1}\n`)),
    no,
  ],
  [
    'checkpoint-other-log',
    'Its checkpoint is of the log of another chain.',
    ({ shown, size, root }) =>
      shown(signedBy(formatCheckpoint({ origin: originOf('0'.repeat(64)), size, root }), both)),
    no,
  ],
  [
    'checkpoint-other-root',
    'Its checkpoint has another root, which the witnesses cosigned.',
    ({ shown, size, origin }) => shown(signedBy(formatCheckpoint({ origin, size, root: none }), both)),
    no,
  ],
  [
    'checkpoint-too-small',
    'Its checkpoint is of a size at which the log did not have the header.',
    ({ shown, smallText, ofSmall }) => shown(signedBy(smallText, both), ofSmall),
    no,
  ],
  [
    'checkpoint-inclusion-missing',
    'A hash of the inclusion proof is missing.',
    ({ shown, text, inclusion }) => shown(signedBy(text, both), inclusion.slice(1)),
    no,
  ],
  [
    'checkpoint-inclusion-too-many',
    'There is a hash too many in the inclusion proof.',
    ({ inclusion, shown, text }) => shown(signedBy(text, both), [...inclusion, none]),
    no,
  ],
  [
    'checkpoint-inclusion-missing-without-policy',
    'A hash of the inclusion proof is missing, and no policy is given.',
    ({ shown, text, inclusion }) => shown(signedBy(text, both), inclusion.slice(1)),
    given(null, 'no'),
  ],
  ['checkpoint-no-note', 'Its note is no signed note.', ({ shown }) => shown('no note'), no],
  [
    'checkpoint-no-note-without-policy',
    'Its note is no signed note, and no policy is given.',
    ({ shown }) => shown('no note'),
    given(null, 'no'),
  ],
  ['checkpoint-unsigned', 'Its note has no signatures.', ({ shown, text }) => shown(`${text}\n`), no],
  [
    'checkpoint-leading-zero',
    'The size in its checkpoint has a zero before it.',
    ({ shown, text, size }) => shown(signedBy(text.replace(`\n${size}\n`, `\n0${size}\n`), both)),
    no,
  ],
]

/** Not in their form. */
const MALFORMED: readonly [string, string, Make][] = [
  ['checkpoint-empty', 'Its note is empty.', ({ shown }) => shown('')],
  [
    'checkpoint-control-character',
    'Its note has a control character in a line that means nothing.',
    ({ shown, text }) => shown(signedBy(`${text}mo\u0007re\n`, both)),
  ],
  [
    'checkpoint-64-hashes',
    'The inclusion proof has 64 hashes, one more than it may have.',
    ({ shown, text }) =>
      shown(
        signedBy(text, both),
        Array.from({ length: 64 }, () => none),
      ),
  ],
]

/** Certificates with a checkpoint, cosigned by enough and by too few, and of another log or header. */
export async function checkpointCases(story: Story, made: Certificates): Promise<Case[]> {
  const parts = await partsOf(story, made)
  return [
    ...INTACT.map(([name, sentence, make, options]) => intact(name, sentence, make(parts), options)),
    ...MALFORMED.map(([name, sentence, make]) =>
      broken(name, 'MALFORMED', sentence, make(parts), { policy: WITNESSES }),
    ),
  ]
}
