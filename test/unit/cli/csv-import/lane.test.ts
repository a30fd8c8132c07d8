import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EraClock } from '../../../../src/cli/csv-import/era-clock.ts'
import { Journal, type Outcome } from '../../../../src/cli/csv-import/journal.ts'
import { Lane } from '../../../../src/cli/csv-import/lane.ts'
import { Parties } from '../../../../src/cli/csv-import/parties.ts'
import { Planner } from '../../../../src/cli/csv-import/plan.ts'
import { RowSigner } from '../../../../src/cli/csv-import/row-signer.ts'
import type { Client, Submitted } from '../../../../src/client/client.ts'
import { ClientError } from '../../../../src/client/graphql.ts'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import { assetIdOf, parseDefinition } from '../../../../src/ledger/definition.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-lane-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Input = { era: string; from?: string; assetId?: string; fromStart?: string; definition?: string }

/** Takes actions as a node does, as far as an import can tell: eras, duplicates, units in their order; some requests get lost. */
class FakeNode {
  era = 10
  /** Before the request with this number, the era goes on by as much. */
  readonly jumps = new Map<number, number>()
  /** Requests that are answered with a failure, before or after their work. */
  readonly lost = new Map<number, 'before' | 'after'>()
  /** Asset codes whose registration is rejected for good. */
  refuseCode = ''
  readonly accepted: Input[] = []
  readonly #known = new Set<string>()
  readonly #assets = new Set<string>()
  readonly #starts = new Map<string, number>()
  requests = 0

  readonly client = {
    chain: async () => ({ chainId: fieldToHex(5n), era: String(this.era), eraMs: 1_000_000, delay: 1 }),
    query: async (_: string, variables: Record<string, Input>) => {
      const n = this.requests++
      this.era += this.jumps.get(n) ?? 0
      const lost = this.lost.get(n)
      if (lost === 'before') throw new ClientError('API_UNREACHABLE', 'gone')
      const answers = Object.values(variables).map((input) => this.#take(input))
      if (lost === 'after') throw new ClientError('API_UNREACHABLE', 'gone')
      return Object.fromEntries(answers.map((answer, i) => [`r${i}`, answer]))
    },
  } as unknown as Client

  #take(input: Input): Submitted {
    const rejected = (code: string): Submitted => ({
      hash: null,
      status: 'REJECTED',
      rejection: { code, message: code, data: {} },
    })
    const name = JSON.stringify(input)
    if (this.#known.has(name)) return { hash: name, status: 'ACCEPTED', rejection: null }
    if (Number(input.era) < this.era + 1) return rejected('ERA_TOO_SOON')
    if (input.definition !== undefined) {
      const definition = parseDefinition(JSON.parse(input.definition))
      const id = fieldToHex(assetIdOf(poseidon, definition))
      if (definition.code === this.refuseCode) return rejected('CODE_TAKEN')
      if (this.#assets.has(id)) return rejected('ASSET_EXISTS')
      this.#assets.add(id)
    } else {
      const holding = `${input.from}/${input.assetId}`
      if (!this.#assets.has(input.assetId!)) return rejected('UNKNOWN_ASSET')
      if (Number(input.fromStart) !== (this.#starts.get(holding) ?? 0)) return rejected('STALE_START')
      this.#starts.set(holding, Number(input.fromStart) + 1)
    }
    this.#known.add(name)
    this.accepted.push(input)
    return { hash: name, status: 'ACCEPTED', rejection: null }
  }
}

/** Sends ten issues of each of the assets through one lane. */
async function send(
  node: FakeNode,
  name: string,
  assets: string[],
  broken = new Map<string, string>(),
): Promise<Outcome[]> {
  const planner = new Planner({ prefix: '', decimals: 0, zero: '0', strict: false })
  const journal = new Journal(folder, name)
  const clock = new EraClock(node.client)
  await clock.read()
  const signer = new RowSigner(poseidon, new Parties(poseidon, join(folder, 'keys')), journal, clock)
  const outcomes: Outcome[] = []
  const lane = new Lane({
    client: node.client,
    clock,
    journal,
    signer,
    broken,
    onEnd: (outcome) => outcomes.push(outcome),
  })
  const rows = Array.from({ length: 10 * assets.length }, (_, i) => ({
    number: i + 1,
    asset: assets[i % assets.length]!,
    from: '0',
    to: 'ann',
    amount: '1',
    memo: undefined,
    time: undefined,
  }))
  for (const row of rows) planner.survey(row)
  planner.rewind()
  for (const row of rows) {
    const plan = planner.plan(row)
    if ('rejected' in plan) throw new Error(plan.rejected)
    if (plan.register) signer.define(row.asset, plan.register)
    planner.commit(row, plan)
    lane.push({ row, plan })
  }
  await lane.run()
  await journal.close()
  return outcomes
}

describe('a lane of an import', () => {
  it.each<[string, (node: FakeNode) => void]>([
    ['when nothing goes wrong', () => {}],
    ['when eras pass on the way', (node) => node.jumps.set(0, 3).set(1, 1).set(2, 7)],
    ['when requests are lost before they arrive', (node) => node.lost.set(0, 'before').set(1, 'before')],
    ['when answers are lost', (node) => node.lost.set(0, 'after').set(1, 'after')],
    [
      'when an answer is lost and then eras pass',
      (node) => {
        node.lost.set(0, 'after').set(2, 'after')
        node.jumps.set(1, 5).set(3, 2)
      },
    ],
  ])('ends every row once, and makes nothing twice, %s', async (name, trouble) => {
    const node = new FakeNode()
    trouble(node)
    const outcomes = await send(node, name.replaceAll(' ', '-'), ['a', 'b', 'c'])
    expect(outcomes.map(({ row }) => row).sort((x, y) => x - y)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    )
    expect(outcomes.every(({ status }) => status === 'applied')).toBe(true)
    expect(node.accepted.length).toBe(33)
  })

  it('does not report an action as rejected that only arrived before its predecessor', async () => {
    const before = new Journal(folder, 'stopped')
    before.sign(1, 0, 5)
    await before.close()
    const node = new FakeNode()
    const outcomes = await send(node, 'stopped', ['a', 'b'])
    expect(outcomes.filter(({ status }) => status === 'applied').length).toBe(20)
    expect(node.accepted.length).toBe(22)
  })

  it('sends nothing when all that is left builds on rejected rows', async () => {
    const node = new FakeNode()
    const outcomes = await send(node, 'broken', ['a'], new Map([['a', 'ASSET_EXISTS']]))
    expect(outcomes.map(({ status, code }) => `${status} ${code}`)).toEqual(
      Array(10).fill('rejected ASSET_EXISTS'),
    )
    expect(node.requests).toBe(0)
  })

  it('rejects what builds on a row that the ledger rejected, and nothing else', async () => {
    const node = new FakeNode()
    node.refuseCode = 'b'
    const outcomes = await send(node, 'rejected', ['a', 'b'])
    expect(outcomes.length).toBe(20)
    const rejected = outcomes.filter(({ status }) => status === 'rejected')
    expect(rejected.map(({ row }) => row % 2)).toEqual(Array(10).fill(0))
    expect(rejected[0]?.code).toBe('CODE_TAKEN')
  })
})
