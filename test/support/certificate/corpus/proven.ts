import type { Verdict } from '../../../../src/certificate/report.ts'
import { canonicalJson } from '../../../../src/codec/canonical-json.ts'
import { decodeHeader } from '../../../../src/ledger/header.ts'
import type { BatchClaim } from '../../../../src/verify/batch-chain.ts'
import { type Case, intact } from './case.ts'
import { CorpusChain, farmer, roaster } from './corpus-chain.ts'
import type { Certificates, Story } from './good.ts'

/** Batches of the story: 0 is of the genesis, 1 and 2 are full at the end, and 3 is not. */
const [FIRST, SECOND] = [1, 2]

type Change = readonly [name: string, sentence: string, change: (json: ProofsJson) => unknown]
interface ProofsJson {
  format: string
  chainId: string
  header: string
  finality: string
  verificationKey: string
  batches: Record<string, string>[]
}

/** Files of proofs with something wrong in them, by which nothing is proven. */
const WRONG: readonly Change[] = [
  ['format', 'They have another format.', (json) => ({ ...json, format: '2' })],
  ['chain', 'They are of another chain.', (json) => ({ ...json, chainId: '0'.repeat(64) })],
  ['property', 'They have a property that is not named.', (json) => ({ ...json, count: '2' })],
  [
    'proof-missing',
    'A batch has a state root, and no proof.',
    (json) => inBatch(json, FIRST, { proof: undefined }),
  ],
  [
    'proof-short',
    'A proof is one byte too short.',
    (json) => inBatch(json, FIRST, { proof: json.batches[0]!.proof!.slice(0, -2) }),
  ],
  [
    'proof-other',
    'The proof is that of the next batch.',
    (json) => inBatch(json, FIRST, { proof: json.batches[1]!.proof! }),
  ],
  [
    'proof-off-curve',
    'A point of a proof is not on the curve.',
    (json) => inBatch(json, FIRST, { proof: changed(json.batches[0]!.proof!) }),
  ],
  [
    'state-root',
    'The state after a batch has another root.',
    (json) => inBatch(json, FIRST, { stateRoot: '1'.padStart(64, '0') }),
  ],
  [
    'records-root',
    'The records of a batch have another root.',
    (json) => inBatch(json, FIRST, { recordsRoot: '1'.padStart(64, '0') }),
  ],
  ['attested', 'Another number of records is attested.', (json) => inBatch(json, FIRST, { attested: '1' })],
  [
    'attested-too-many',
    'More records are attested than the batch has.',
    (json) => inBatch(json, FIRST, { attested: '5' }),
  ],
  [
    'tail-root',
    'The batch that is not full has another root.',
    (json) => inBatch(json, 3, { recordsRoot: '1'.padStart(64, '0') }),
  ],
  [
    'tail-left-out',
    'The batch that is not full is left out.',
    (json) => ({ ...json, batches: json.batches.slice(0, 2) }),
  ],
  [
    'batch-too-many',
    'They have a batch too many.',
    (json) => ({ ...json, batches: [...json.batches, json.batches[2]!] }),
  ],
  [
    'key',
    'The verification key is another one.',
    (json) => ({ ...json, verificationKey: changed(json.verificationKey) }),
  ],
  [
    'key-short',
    'The verification key is cut off.',
    (json) => ({ ...json, verificationKey: json.verificationKey.slice(0, 400) }),
  ],
  [
    'not-final',
    'The header has another proposer than the one that was made final.',
    (json) => ({ ...json, header: changed(json.header) }),
  ],
  ['finality', 'The final certificate cannot be read.', (json) => ({ ...json, finality: '' })],
]

/** Files of proofs by name, for the cases of `provenCases`. */
export async function proofsFiles({ chain }: Story): Promise<[string, string][]> {
  const header = chain.headers.at(-1)!
  const good = await chain.proofs(header)
  const json = JSON.parse(good) as ProofsJson
  const unproven = (from: number) => (claims: BatchClaim[]) =>
    claims.map((claim) => (claim.index < from ? claim : { ...claim, proof: null, publicSignals: null }))
  return [
    ['proofs.json', good],
    ['proofs-of-the-first.json', await chain.proofs(header, unproven(SECOND))],
    ['proofs-of-none.json', await chain.proofs(header, unproven(FIRST))],
    [
      'proofs-without-the-first.json',
      canonicalJson(
        JSON.parse(
          JSON.stringify(
            inBatch(json, FIRST, { proof: undefined, stateRoot: undefined, attested: undefined }),
          ),
        ),
      ),
    ],
    ['proofs-early.json', await chain.proofs(chain.headers[2]!)],
    ['proofs-of-another-history.json', await otherHistory()],
    ['proofs-wrong-blank.json', ` ${good}`],
    ...WRONG.map(([name, , change]): [string, string] => [
      `proofs-wrong-${name}.json`,
      canonicalJson(JSON.parse(JSON.stringify(change(json)))),
    ]),
  ]
}

/** The same genesis with other records, final by the same validators. */
function otherHistory(): Promise<string> {
  const other = new CorpusChain()
  other.endBlock()
  for (let i = 0; i < 4; i++) other.move(farmer, farmer.account, roaster.account, other.assets[0]!.id, 1n)
  other.endBlock()
  other.endBlock()
  return other.proofs(other.headers.at(-1)!)
}

type ProvenCase = readonly [
  name: string,
  sentence: string,
  which: keyof Certificates,
  proofs: string,
  proven: Verdict,
]

const CASES: readonly ProvenCase[] = [
  ['proven', 'All its records lie in batches that are proven.', 'madeFrom', 'proofs', 'yes'],
  [
    'proven-in-one',
    'All its records lie in the first batch; the second one is not proven.',
    'delivery',
    'proofs-of-the-first',
    'yes',
  ],
  [
    'proven-genesis',
    'All its records are of the genesis; no batch is proven.',
    'genesis',
    'proofs-of-none',
    'yes',
  ],
  ['proven-partly', 'One of its records lies in a batch that is not full.', 'gift', 'proofs', 'partly'],
  [
    'proven-partly-full',
    'The batch of its last record was not full as of its header.',
    'roasted',
    'proofs',
    'partly',
  ],
  [
    'proven-not-the-second',
    'One of its records lies in a batch without a proof.',
    'sale',
    'proofs-of-the-first',
    'partly',
  ],
  ['proven-not-full', 'The batch of its records was not full as of its header.', 'earlier', 'proofs', 'no'],
  ['proven-none', 'No batch is proven.', 'delivery', 'proofs-of-none', 'no'],
  [
    'proven-gap',
    'The first batch has no proof, so that the second one begins at an unknown state.',
    'sale',
    'proofs-without-the-first',
    'no',
  ],
  [
    'proven-early',
    'The proofs are as of a header at which no batch was full.',
    'delivery',
    'proofs-early',
    'no',
  ],
  [
    'proven-another-history',
    'The proofs are of other records, which the same validators made final.',
    'delivery',
    'proofs-of-another-history',
    'no',
  ],
  [
    'proofs-blank',
    'The proofs verify, and their file begins with a blank.',
    'delivery',
    'proofs-wrong-blank',
    'no',
  ],
]

/** Certificates that are verified with a file of proofs. */
export function provenCases({ chain }: Story, made: Certificates): Case[] {
  const given = (proofs: string, proven: Verdict) => ({ proofs: `${proofs}.json`, verdicts: { proven } })
  if (decodeHeader(chain.headers.at(-1)!).position !== 13)
    throw new Error('the story is not that of the cases')
  return [
    ...CASES.map(([name, sentence, which, proofs, proven]) =>
      intact(name, sentence, made[which], given(proofs, proven)),
    ),
    ...WRONG.map(([name, sentence]) =>
      intact(
        `proofs-${name}`,
        `Its proofs are wrong: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`,
        made.delivery,
        given(`proofs-wrong-${name}`, 'no'),
      ),
    ),
  ]
}

/** The same with other values in a batch; undefined leaves a property out. */
function inBatch(json: ProofsJson, index: number, change: Record<string, string | undefined>) {
  const batches = json.batches.map((batch, i) => (i === index - FIRST ? { ...batch, ...change } : batch))
  return { ...json, batches }
}

/** Another digit in the middle. */
function changed(text: string): string {
  const at = text.length >> 1
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}
