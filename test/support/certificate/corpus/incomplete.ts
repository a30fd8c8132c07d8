import type { Asked } from '../../../../src/certificate/asked.ts'
import type { Certificate } from '../../../../src/certificate/certificate.ts'
import { makeCertificate } from '../../../../src/certificate/make.ts'
import { broken, type Case, intact } from './case.ts'
import { type CorpusChain, roaster } from './corpus-chain.ts'
import type { Certificates, Story } from './good.ts'
import { withQuestion } from './wrong-content.ts'

const no = { verdicts: { complete: 'no' } } as const
const partly = { verdicts: { complete: 'partly' } } as const
const notShown = { verdicts: { complete: 'no', signed: 'partly' } } as const

/** Certificates that are of the chain, but do not have what the question needs. Their paths are right. */
export async function incomplete(
  story: Story,
  { backward, forward, madeFrom, delivery }: Certificates,
): Promise<Case[]> {
  const { chain, roast, green, retirement } = story
  const left = (from: Certificate, change: (asked: Asked) => void) => madeWith(chain, from, change)
  const positionOf = (asset: bigint, kind: string) =>
    chain.world.records.find((record) => record.assetId === asset && record.kind === kind)!.position
  const without = (from: Certificate, position: number) =>
    left(from, (asked) => asked.positions.delete(position))
  return [
    intact(
      'without-issue',
      'The issue in which the units begin is missing.',
      await without(backward, positionOf(green.id, 'issue')),
      partly,
    ),
    intact(
      'without-transfer',
      'The transfer in which the units arrived is missing.',
      await without(delivery, story.delivery.position),
      no,
    ),
    intact(
      'without-retirement',
      'The retirement is missing that an asset was made from.',
      await without(madeFrom, retirement.position),
      no,
    ),
    intact(
      'without-registration',
      'The registration of the asset is missing, so its issuer is not shown.',
      await without(madeFrom, positionOf(roast.id, 'register')),
      notShown,
    ),
    broken(
      'without-product',
      'SUPERFLUOUS',
      'The registration of an asset is missing that was made from the units, so that no hop needs the records of that asset.',
      await without(forward, positionOf(roast.id, 'register')),
    ),
    intact(
      'without-sale',
      'A transfer of the asset that was made from the units is missing.',
      await without(forward, story.sale.position),
      partly,
    ),
    intact(
      'without-holder',
      'The holding is missing that the units are still in.',
      await left(forward, (asked) => asked.holdings.delete(forward.holdings.at(-1)!.index)),
      partly,
    ),
    intact(
      'without-holding',
      'The holding of the question is missing.',
      await left(backward, (asked) => asked.holdings.clear()),
      no,
    ),
    broken(
      'record-too-many',
      'SUPERFLUOUS',
      'It has a record that no hop needs.',
      await left(delivery, (asked) => asked.positions.add(story.sale.position)),
    ),
    broken(
      'holding-too-many',
      'SUPERFLUOUS',
      'It has a holding that no hop needs.',
      await left(delivery, (asked) => asked.holdings.add(0)),
    ),
  ]
}

/** The certificate of the same question, from a source that changes what the walk asked for. Its paths are right. */
async function madeWith(chain: CorpusChain, { question }: Certificate, change: (asked: Asked) => void) {
  const source = chain.asOf(question.height)
  const walk: typeof source.walk = async (request) => {
    const asked = await source.walk(request)
    change(asked)
    return asked
  }
  const { height: _, ...request } = question
  return makeCertificate({ ...source, walk }, request)
}

/** Questions that the records do not answer. */
export function wrongQuestions({ backward, delivery }: Certificates): Case[] {
  const ask = (change: Partial<Certificate['question']>) => withQuestion(change)(backward)
  return [
    intact(
      'question-more-units',
      'The question is about one unit more than there are.',
      ask({ length: backward.question.length + 1n }),
      no,
    ),
    broken(
      'question-behind-the-end',
      'SUPERFLUOUS',
      'The question is about units that do not exist, so that no hop needs its records.',
      ask({ offset: 500n }),
    ),
    intact(
      'question-other-account',
      'The question is about an account without a holding in it.',
      ask({ account: 5n }),
      no,
    ),
    intact(
      'question-other-asset',
      'The question is about an asset that is not in it.',
      ask({ asset: 5n, account: roaster.account }),
      no,
    ),
    intact(
      'question-other-transfer',
      'The question is about a transfer that is not in it.',
      withQuestion({ transfer: 5n })(delivery),
      no,
    ),
    intact(
      'question-other-direction',
      'The question is about where units went, and the records are about where they came from.',
      ask({ direction: 'FORWARD' }),
      no,
    ),
  ]
}
