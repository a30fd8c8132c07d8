import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../../src/codec/canonical-json.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { assetOf } from '../../src/ledger/definition.ts'
import { parseGenesis } from '../../src/ledger/genesis.ts'
import { positionAfter } from '../../src/storage/heights.ts'
import { refreshHolders } from '../../src/storage/holders.ts'
import { transfersBetween } from '../../src/storage/reads/transfers.ts'
import { diceOf } from '../support/certificate/certified-chain.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { Asker, both, ratio } from './support/asker.ts'
import { type BigDatabase, onBigDatabase } from './support/big-database.ts'
import { Replay } from './support/replay.ts'
import { count, printFigures } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
/** Heights that are compared with a replay. */
const HEIGHTS = Number(process.env.BENCH_HEIGHTS ?? 200)
/** Questions of each kind, in the past and at the tip in turns. */
const TURNS = Number(process.env.BENCH_TURNS ?? 300)
const HOPS = 100
const CHUNK = 20_000
const LARGEST = 50

/** What is asked of an account and an asset, by the name of the kind. */
const QUESTIONS = {
  balance: 'holding(address: $address, asset: $asset) { inTotal outTotal }',
  holders: `asset(by: { code: $asset }) { issued holders(first: ${LARGEST}) { totalCount nodes { address balance } } }`,
  list: 'transfers(filter: { account: $address, asset: $asset }, last: 20) { nodes { position } }',
  trace: `trace(input: { start: { holding: { address: $address, asset: $asset } }, first: ${HOPS} }) { hops { unit depth length transfer { position } } origins { length serialFrom } }`,
} as const
type Kind = keyof typeof QUESTIONS
const KINDS = Object.keys(QUESTIONS) as Kind[]

/** The variables that a question uses, as a document declares them. */
const declared = (kind: Kind) => (QUESTIONS[kind].includes('$address') ? '$address: String!, ' : '')
const asOf = (kind: Kind) =>
  `query (${declared(kind)}$asset: String!, $height: BigInt!) { at(height: $height) { ${QUESTIONS[kind]} } }`
const now = (kind: Kind) => `query (${declared(kind)}$asset: String!) { ${QUESTIONS[kind]} }`

/** Reads as of random heights of a long history: they equal a replay up to there, and take no longer than reads at the tip. */
export async function benchPast(): Promise<void> {
  await onBigDatabase(TRANSFERS, async (big) => {
    await refreshHolders(big.database)
    const api = fork(new URL('./support/api-process.ts', import.meta.url), [big.databaseUrl, big.genesisPath])
    const [url] = (await once(api, 'message')) as [string]
    const asker = new Asker(url, 0)
    const compared = await compare(asker, big)
    const figures = await timeTurns(asker, big)
    asker.close()
    api.disconnect()
    printFigures(`Reads of the past, ${count(TRANSFERS)} transfers`, [
      {
        name: `answers as of ${HEIGHTS} random heights that equal a replay: balances, holders, lists, traces`,
        value: `${count(compared)} of ${count(compared)}`,
      },
      ...figures,
    ])
  })
}

/** @returns the number of answers that were compared @throws Error at the first one that differs */
async function compare(asker: Asker, { database, genesisPath, cast, height }: BigDatabase): Promise<number> {
  const genesis = parseGenesis(parseJson(readFileSync(genesisPath, 'utf8'), 2 ** 28))
  const { records } = applyGenesis(poseidon, genesis)
  const assets = genesis.definitions.map((definition, i) =>
    assetOf(poseidon, definition, records[i]!.toHolding),
  )
  const replay = new Replay(records, assets, cast)
  const dice = diceOf(14)
  const heights = Array.from({ length: HEIGHTS }, () => dice(height + 1)).sort((a, b) => a - b)
  let compared = 0
  for (const height of heights) {
    await advance(replay, database, await positionAfter(database, height))
    for (const kind of KINDS) {
      const asset = cast.assets[dice(cast.assets.length)]!
      const { account } = cast.people[dice(cast.people.length)]!
      const variables = { address: encodeAddress(account), asset: asset.code, height: String(height) }
      const got = normal(kind, (await ask(asker, asOf(kind), variables)).at)
      const expected = expectedOf(replay, kind, account, asset.id)
      if (!isDeepStrictEqual(got, expected))
        throw new Error(`${kind} as of ${height}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`)
      compared++
    }
  }
  return compared
}

/** Plays the records up to a position. */
async function advance(replay: Replay, database: BigDatabase['database'], end: number): Promise<void> {
  for (let first = replay.end; first < end; first = replay.end) {
    const records = await transfersBetween(database, { first, end: Math.min(end, first + CHUNK) })
    if (records.length === 0) return
    for (const record of records) replay.add(record)
  }
}

/** What a question should have been answered. */
function expectedOf(replay: Replay, kind: Kind, account: bigint, asset: bigint): unknown {
  if (kind === 'balance') return replay.holding(account, asset)
  if (kind === 'trace') return replay.trace({ account, asset, direction: 'BACKWARD', first: HOPS })
  if (kind === 'list') return replay.moves(account, asset).slice(-20).map(String)
  const balances = [...replay.balances(asset)].sort(([, a], [, b]) => Number(b - a))
  const least = balances[Math.min(LARGEST, balances.length) - 1]![1]
  const certain = balances.filter(([, balance]) => balance > least).map(([address]) => address)
  return {
    issued: replay.issued(asset),
    totalCount: String(balances.length),
    balances: balances.slice(0, LARGEST).map(([, balance]) => String(balance)),
    certain: certain.sort(),
  }
}

/** An answer in the form of `expectedOf`. Of holders with equal balances, any may be the last ones of a page. */
// biome-ignore lint/suspicious/noExplicitAny: the answer to a question of this file
function normal(kind: Kind, answer: any): unknown {
  if (kind === 'balance') return answer.holding
  if (kind === 'trace') return answer.trace
  if (kind === 'list') return answer.transfers.nodes.map(({ position }: { position: string }) => position)
  const { issued, holders } = answer.asset
  const nodes = holders.nodes as { address: string; balance: string }[]
  const least = nodes.at(-1)!.balance
  return {
    issued,
    totalCount: holders.totalCount,
    balances: nodes.map(({ balance }) => balance),
    certain: nodes
      .filter(({ balance }) => balance !== least)
      .map(({ address }) => address)
      .sort(),
  }
}

/** How long each kind of question takes as of random heights and at the tip, in turns. A variable makes each a new one, so that no answer is kept. */
async function timeTurns(asker: Asker, { cast, height }: BigDatabase) {
  const dice = diceOf(15)
  const figures: { name: string; value: string; goal: string }[] = []
  for (const kind of KINDS) {
    const [past, tip]: [number[], number[]] = [[], []]
    for (let i = 0; i < TURNS; i++) {
      const asset = cast.assets[dice(cast.assets.length)]!.code
      const address = encodeAddress(cast.people[dice(cast.people.length)]!.account)
      const at = String(dice(height + 1))
      past.push(await timed(() => ask(asker, asOf(kind), { address, asset, height: at, asked: i })))
      tip.push(await timed(() => ask(asker, now(kind), { address, asset, asked: i })))
    }
    figures.push({
      name: `${kind}: as of a random height; at the tip; ratio`,
      value: `${both(past)}; ${both(tip)}; ${ratio(past, tip)}`,
      goal: 'p50 2',
    })
  }
  return figures
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function ask(asker: Asker, query: string, variables: object) {
  const { status, body } = await asker.ask(query, variables)
  if (status !== 200 || body.errors) throw new Error(`status ${status}: ${JSON.stringify(body)}`)
  return body.data
}
