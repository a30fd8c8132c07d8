import { beforeAll, expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { type CertificateReport, VERDICTS } from '../../../src/certificate/report.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8, utf8Decode } from '../../../src/codec/bytes.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type Policy, parsePolicy } from '../../../src/log/policy.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import { alterByte, alterField, differences } from '../../support/certificate/alterations.ts'
import { CertifiedChain, diceOf } from '../../support/certificate/certified-chain.ts'
import { checkpointCases, policies } from '../../support/certificate/corpus/checkpoints.ts'
import { corpusChain } from '../../support/certificate/corpus/corpus-chain.ts'
import { certificatesOf } from '../../support/certificate/corpus/good.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

/** Alterations in all; `npm run test:alterations` makes 10,000. */
const RUNS = Number(process.env.ALTERATIONS ?? 300)
const SEED = Number(process.env.SEED ?? 11)

/** What a certificate says nothing with, so that another value changes no verdict. */
const SAYS_NOTHING = new Set([
  // A note may be left out.
  'records.*.note',
  // Other questions that the same records answer, rightly.
  'question.length',
  'question.offset',
  // Only says which subtrees are empty; another number may say the same.
  'stateSize',
])

interface Shape {
  name: string
  text: string
  genesis: Genesis
  policy?: Policy
  /** The chain's own records as of its height. */
  index: RecordIndex
  report: CertificateReport
}
let shapes: Shape[]

beforeAll(async () => {
  const random = new CertifiedChain().randomSteps(150, 20)
  const [first, second] = random.keys
  const thing = random.register(first!, 'THING', [], { cap: '1' })
  random.move(first!, 0n, second!.account, thing.id, 1n, 'made by hand')
  for (let i = 1; i < 8; i++) {
    const [from, to] = [random.keys[i % 4]!, random.keys[(i + 1) % 4]!]
    random.move(from, from.account, to.account, thing.id, 1n)
  }
  const madeFrom = random.assets.find((asset) => asset.madeFrom.length > 0)!
  const held = random.holdings().find((h) => h.account === first!.account && h.inTotal - h.outTotal > 3n)!
  const source = random.source()
  const backward = { direction: 'BACKWARD' } as const
  const story = corpusChain()
  const made = await certificatesOf(story)
  const witnessed = await checkpointCases(story, made)
  const caseOf = (name: string) => utf8Decode(witnessed.find((entry) => entry.name === name)!.bytes)
  const policy = parsePolicy(new Map(policies(story.chain)).get('validators-and-witness.policy')!)
  const given: [string, CertifiedChain, string, Policy?][] = [
    [
      'a unique thing',
      random,
      encodeCertificate(await makeCertificate(source, { asset: thing.id, ...backward })),
    ],
    [
      'made from others',
      random,
      encodeCertificate(await makeCertificate(source, { asset: madeFrom.id, ...backward })),
    ],
    [
      'a balance',
      random,
      encodeCertificate(
        await makeCertificate(source, { asset: held.assetId, account: held.account, ...backward }),
      ),
    ],
    [
      'where all went',
      random,
      encodeCertificate(await makeCertificate(source, { asset: random.assets[0]!.id, direction: 'FORWARD' })),
    ],
    ['with a note', story.chain, encodeCertificate(made.delivery)],
    ['final by a later header', story.chain, encodeCertificate(await story.chain.withLater(made.earlier))],
    ['witnessed', story.chain, caseOf('good-witnessed-by-all'), policy],
  ]
  shapes = await Promise.all(
    given.map(async ([name, chain, text, policy]) => {
      const shape = { name, text, genesis: chain.genesis, ...(policy && { policy }) }
      const report = await check(shape, utf8(text))
      const { position } = report.content!.header
      const before = chain.world.records.filter((record) => record.position < position)
      return { ...shape, index: new RecordIndex(before, chain.assets), report }
    }),
  )
})

function check({ genesis, policy }: Pick<Shape, 'genesis' | 'policy'>, bytes: Uint8Array) {
  return verifyCertificate(bytes, genesis, poseidon, { nowMs: genesis.startTime, ...(policy && { policy }) })
}

it(`${RUNS} certificates with one thing changed are refused, or show no more than before`, async () => {
  const dice = diceOf(SEED)
  const unchanged = new Map<string, number>()
  const tally = { refused: 0, weaker: 0, same: 0, equal: 0 }
  for (let run = 0; run < RUNS; run++) {
    const shape = shapes[run % shapes.length]!
    const { bytes, where } = (dice(2) === 0 ? alterByte : alterField)(shape.text, dice)
    const about = [run, shape.name, where]
    if (Buffer.from(bytes).equals(utf8(shape.text))) {
      tally.equal++
      continue
    }
    const report = await check(shape, bytes)
    const [before, after] = [shape.report, report].map((from) => VERDICTS.map((name) => from[name].verdict))
    // Nothing becomes true by changing something.
    expect([about, after!.filter((verdict, i) => verdict === 'yes' && before![i] !== 'yes')]).toEqual([
      about,
      [],
    ])
    if (report.intact.code !== null) tally.refused++
    else if (after!.join() !== before!.join()) tally.weaker++
    else {
      tally.same++
      for (const path of differences(shape.text, utf8Decode(bytes)))
        unchanged.set(path, (unchanged.get(path) ?? 0) + 1)
      const { hops, origins, holders } = trace(shape.index, report.content!.certificate.question)
      const shown = report.content!.trace
      expect([about, shown.hops, shown.origins, shown.holders]).toEqual([about, hops, origins, holders])
    }
  }
  console.log(JSON.stringify({ ...tally, unchanged: Object.fromEntries(unchanged) }))
  expect([...unchanged.keys()].filter((where) => !SAYS_NOTHING.has(where))).toEqual([])
  expect(tally.refused).toBeGreaterThan(RUNS / 2)
})
