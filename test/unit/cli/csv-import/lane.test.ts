import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EraClock } from '../../../../src/cli/csv-import/era-clock.ts'
import { Journal } from '../../../../src/cli/csv-import/journal.ts'
import { Lane } from '../../../../src/cli/csv-import/lane.ts'
import { Parties } from '../../../../src/cli/csv-import/parties.ts'
import { Planner } from '../../../../src/cli/csv-import/plan.ts'
import { RowSigner } from '../../../../src/cli/csv-import/row-signer.ts'
import type { Row } from '../../../../src/cli/csv-import/rows.ts'
import { FakeNode } from '../../../support/cli/fake-node.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

const folder = testFolder('lane')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Outcome {
  row: number
  status: string
  code: string
}

interface Shared {
  broken?: Map<string, string>
  frozen?: Set<string>
  isOver?: () => boolean
}

/** Sends ten issues of each of the assets through one lane. */
function send(node: FakeNode, name: string, assets: string[], shared: Shared = {}): Promise<Outcome[]> {
  const rows = Array.from({ length: 10 * assets.length }, (_, i) =>
    rowOf(i + 1, assets[i % assets.length]!, '0', 'ann'),
  )
  return sendRows(node, name, rows, shared)
}

function rowOf(number: number, asset: string, from: string, to: string): Row {
  return { number, asset, from, to, amount: '1', memo: undefined, time: undefined }
}

/** Sends rows through one lane, in which they all wait from the beginning. */
async function sendRows(
  node: FakeNode,
  name: string,
  rows: Row[],
  { broken = new Map(), frozen = new Set(), isOver = () => false }: Shared = {},
): Promise<Outcome[]> {
  const { planner, journal, clock, signer } = await parts(node, name)
  const outcomes: Outcome[] = []
  const lane = new Lane({
    client: node.client,
    clock,
    journal,
    planner,
    signer,
    broken,
    frozen,
    ...{ careful: new Set<string>(), isOver, pauseMs: 1 },
    onRejected: ({ row }, code) => outcomes.push({ row: row.number, status: 'rejected', code }),
    onAccepted: ({ row }) => outcomes.push({ row: row.number, status: 'applied', code: '' }),
  })
  for (const row of rows) planner.survey(row)
  planner.rewind()
  for (const row of rows) lane.push({ row, key: String(row.number) })
  await lane.run()
  await journal.close()
  return outcomes
}

async function parts(node: FakeNode, name: string) {
  const planner = new Planner({ prefix: '', decimals: 0, zero: '0', strict: false })
  const journal = new Journal(folder, name)
  await journal.load(
    () => true,
    () => undefined,
  )
  const clock = new EraClock(node.client)
  await clock.read()
  const parties = new Parties(poseidon, join(folder, 'keys'))
  return { planner, journal, clock, signer: new RowSigner({ poseidon, parties, planner, journal, clock }) }
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
})

describe('a lane of an import whose journal was lost', () => {
  it('gives every row of an asset that is on the chain the same code, without asking about each, and goes on with the others', async () => {
    const node = new FakeNode()
    await send(node, 'kept', ['a'])
    node.era += 5
    const before = node.requests
    const outcomes = await send(node, 'lost', ['a', 'b'])
    const codes = outcomes.sort((x, y) => x.row - y.row).map(({ status, code }) => code || status)
    expect(codes).toEqual(Array(10).fill(['STALE_START', 'applied']).flat())
    expect(node.requests - before).toBeLessThan(4)
  })

  it('makes nothing twice that waits in the pool, behind rows that ask for the same units', async () => {
    const node = new FakeNode()
    const rows = ['0 ann', 'ann bob', 'ann cy', 'ann dan'].map((line, i) => {
      const [from, to] = line.split(' ') as [string, string]
      return { ...rowOf(i + 1, 'a', from, to), amount: from === '0' ? '9' : '1' }
    })
    await sendRows(node, 'sent', [rows[0]!, rows[1]!, rows[3]!])
    const before = node.accepted.length
    node.era += 5
    const outcomes = await sendRows(node, 'sent-again', rows)
    expect(outcomes.map(({ code }) => code)).toEqual(Array(4).fill('STALE_START'))
    expect(node.accepted.length).toBe(before)
  })

  it('sends rows behind a registration in groups again, once that is known to be new', async () => {
    const node = new FakeNode()
    await send(node, 'new', ['a'])
    expect(node.requests).toBe(2)
  })
})

describe('a lane of an import that goes on', () => {
  it('sends an action again that an earlier run signed, and a new one if its era has passed', async () => {
    const old = new FakeNode()
    old.era = 4
    const { journal, planner, signer } = await parts(old, 'stopped')
    const row = { number: 1, asset: 'a', from: '0', to: 'ann', amount: '1', memo: undefined, time: undefined }
    // The file has ten such rows.
    for (let i = 0; i < 10; i++) planner.survey(row)
    planner.rewind()
    const task = { row, key: '1' }
    const plan = planner.plan(row)
    if ('rejected' in plan) throw new Error(plan.rejected)
    const [first] = signer.sign(signer.draft(task, plan, 0))
    expect(first!.signed.era).toBeLessThan(10)
    await journal.close()
    const node = new FakeNode()
    const outcomes = await send(node, 'stopped', ['a', 'b'])
    expect(outcomes.filter(({ status }) => status === 'applied').length).toBe(20)
    expect(node.accepted.length).toBe(22)
    const soon = new FakeNode()
    soon.era = 4
    await parts(soon, 'again').then(async (again) => {
      for (let i = 0; i < 10; i++) again.planner.survey(row)
      again.planner.rewind()
      const [one] = again.signer.sign(again.signer.draft(task, plan, 0))
      await again.journal.close()
      await send(soon, 'again', ['a'])
      expect(soon.accepted[0]!.era).toBe(String(one!.signed.era))
    })
  })

  it('goes on with an asset that it registered before it lost its journal', async () => {
    const node = new FakeNode()
    node.era = 3
    await send(node, 'first', ['a'])
    node.forgetMoves()
    node.era = 10
    const outcomes = await send(node, 'second', ['a'])
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill('applied'))
  })

  it('leaves rows of an asset alone of which something was lost, for the next pass', async () => {
    const node = new FakeNode()
    const outcomes = await send(node, 'frozen', ['a', 'b'], { frozen: new Set(['b']) })
    expect(outcomes.map(({ row }) => row % 2)).toEqual(Array(10).fill(1))
  })

  it('sends nothing when all that is left builds on rejected rows', async () => {
    const node = new FakeNode()
    const outcomes = await send(node, 'broken', ['a'], { broken: new Map([['a', 'CODE_TAKEN']]) })
    expect(outcomes.map(({ status, code }) => `${status} ${code}`)).toEqual(
      Array(10).fill('rejected CODE_TAKEN'),
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
    expect(rejected.map(({ code }) => code)).toEqual(Array(10).fill('CODE_TAKEN'))
  })
})

describe('rows that build on others in the same request', () => {
  it('get no code of their own if those are refused', async () => {
    const node = new FakeNode()
    node.refuseCode = 'b'
    const rows = ['y', 'z', 'x'].map((to, i) => rowOf(i + 1, 'b', 'x', to))
    const outcomes = await sendRows(node, 'built', rows)
    expect(outcomes.map(({ code }) => code)).toEqual(Array(3).fill('CODE_TAKEN'))
    expect(node.requests).toBe(1)
  })

  it('get their own code if those are accepted', async () => {
    const rows = ['y', 'z', 'x'].map((to, i) => rowOf(i + 1, 'b', 'x', to))
    const outcomes = await sendRows(new FakeNode(), 'found', rows)
    expect(outcomes.map(({ code }) => code)).toEqual(['', 'INSUFFICIENT_BALANCE', 'SELF_TRANSFER'])
  })
})

describe('a run of a lane', () => {
  it('ends while a node takes nothing, once the import has failed', async () => {
    const node = new FakeNode()
    for (let i = 0; i < 4; i++) node.lost.set(i, 'before')
    expect(await send(node, 'failed', ['a'], { isOver: () => node.requests === 2 })).toEqual([])
    expect(node.requests).toBe(2)
  })

  it('is not over for rows that are queued while a run of it ends', async () => {
    const { planner, journal, clock, signer } = await parts(new FakeNode(), 'ending')
    const row = { number: 1, asset: 'a', from: '0', to: 'ann', amount: '', memo: undefined, time: undefined }
    for (let turns = 0; turns < 12; turns++) {
      let rejected = 0
      const lane = new Lane({
        ...{ client: new FakeNode().client, clock, journal, planner, signer },
        ...{
          broken: new Map(),
          frozen: new Set(),
          careful: new Set(),
          isOver: () => false,
          pauseMs: 1,
          onAccepted: () => {},
        },
        onRejected: () => {
          rejected++
        },
      })
      lane.push({ row, key: '1' })
      void lane.run()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      lane.push({ row, key: '2' })
      await lane.run()
      expect(rejected, `after ${turns} turns`).toBe(2)
    }
    await journal.close()
  })
})
