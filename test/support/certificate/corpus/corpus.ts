import { canonicalJson } from '../../../../src/codec/canonical-json.ts'
import { genesisToJson } from '../../../../src/ledger/genesis.ts'
import type { Case } from './case.ts'
import { checkpointCases, policies } from './checkpoints.ts'
import { circle } from './circle.ts'
import { CorpusChain, corpusChain } from './corpus-chain.ts'
import { certificatesOf, goodCases } from './good.ts'
import { incomplete, wrongQuestions } from './incomplete.ts'
import { newerCases } from './newer.ts'
import { proofsFiles, provenCases } from './proven.ts'
import { wrongContents } from './wrong-content.ts'
import { wrongFinality, wrongLater } from './wrong-finality.ts'
import { wrongSignatures } from './wrong-signatures.ts'
import { wrongTexts } from './wrong-text.ts'
import { wrongValues } from './wrong-values.ts'

/** All published certificates, and the files beside them. */
export async function corpus() {
  const story = corpusChain()
  const made = await certificatesOf(story)
  const cases: Case[] = [
    ...(await goodCases(story, made)),
    ...wrongTexts(made),
    ...wrongValues(made),
    ...wrongContents(made),
    ...(await incomplete(story, made)),
    ...wrongQuestions(made),
    circle(story.chain),
    ...wrongSignatures(made),
    ...wrongFinality(story, made),
    ...(await wrongLater(story, made)),
    ...(await checkpointCases(story, made)),
    ...provenCases(story, made),
    ...(await newerCases(story, made)),
  ]
  const { genesis } = story.chain
  const nowMs = genesis.startTime + 30_000
  const entries = cases.map(({ name, bytes: _, ...entry }) => ({ file: `${name}.json`, ...entry }))
  const files = new Map<string, string | Uint8Array>([
    ['genesis.json', canonicalJson(genesisToJson(genesis))],
    ['other-genesis.json', canonicalJson(genesisToJson(new CorpusChain('5b'.repeat(32)).genesis))],
    ...policies(story.chain),
    ...(await proofsFiles(story)),
    ['index.json', `${JSON.stringify({ nowMs, certificates: entries }, null, 2)}\n`],
    ...cases.map(({ name, bytes }) => [`${name}.json`, bytes] as const),
  ])
  return { cases, files, nowMs }
}
