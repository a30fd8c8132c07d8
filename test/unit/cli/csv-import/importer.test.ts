import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Client } from '../../../../src/client/types.ts'
import { FakeNode, quotaOf } from '../../../support/cli/fake-node.ts'
import { asTaken, lineImports } from '../../../support/cli/line-imports.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

const folder = testFolder('importer')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { parties, run, taken } = lineImports(folder)

/** The moment of a kill: at the request or the question with this number, before or after the node does its work. */
interface Moment {
  at: 'request' | 'question'
  number: number
  when: 'before' | 'after'
}

/** Begins an import, whose process is killed at that moment: nothing goes out any more, and of the journal remains what was on disk. */
async function runAndKill(lines: readonly string[], client: Client, moment: Moment, name: string) {
  const { at, number, when } = moment
  let isDead = false
  const counts = { request: 0, question: 0 }
  const die = () => {
    isDead = true
    const journal = join(folder, `${name}-killed.journal`)
    if (existsSync(journal)) copyFileSync(journal, join(folder, `${name}.journal`))
  }
  const passing = async <T>(kind: Moment['at'], work: () => Promise<T>): Promise<T> => {
    const isNow = !isDead && kind === at && counts[kind]++ === number
    if (isNow && when === 'before') die()
    if (isDead) throw new Error('killed')
    const answer = await work()
    if (isNow) die()
    if (isDead) throw new Error('killed')
    return answer
  }
  const mortal: Client = {
    ...client,
    query: (document, variables) => passing('question', () => client.query(document, variables)),
    submitAll: (actions) => passing('request', () => client.submitAll(actions)),
  }
  await expect(run(lines, mortal, `${name}-killed`)).rejects.toThrow('killed')
}

/** Rows whose results depend on what was before them, and what must become of each. */
const FILE = [
  ['A 0 ann 5', 'applied'],
  ['A bob cy 1', 'rejected NO_HOLDING'],
  ['A ann bob 2', 'applied'],
  ['A bob cy 1', 'applied'],
  ['A ann dan 9', 'rejected INSUFFICIENT_BALANCE'],
  ['T x y 1', 'rejected CODE_TAKEN'],
  ['T x z 1', 'rejected CODE_TAKEN'],
  ['T x x 1', 'rejected CODE_TAKEN'],
  ['A 0 ann 10', 'applied'],
  ['A 0 bob 10', 'applied'],
  ['C p q 1', 'applied'],
  ['C p q 1', 'rejected INSUFFICIENT_BALANCE'],
  ['C q 0 1', 'applied'],
  ['A dan ann 1', 'rejected NO_HOLDING'],
  ['A ann dan 3', 'applied'],
  ['T x y 1', 'rejected CODE_TAKEN'],
] as const
const LINES = FILE.map(([line]) => line)
const RESULTS = FILE.map(([, result]) => result)
const MOVES = ['C MINT p 1', ...LINES.filter((_, i) => RESULTS[i] === 'applied')]

function nodeThatRefuses(code: string): FakeNode {
  const node = new FakeNode()
  node.refuseCode = code
  return node
}

/** Every moment up to the last of an import that nothing interrupts. */
const MOMENTS: Moment[] = (['before', 'after'] as const).flatMap((when) => [
  ...[0, 1, 2].map((number) => ({ at: 'request' as const, number, when })),
  ...[0, 1].map((number) => ({ at: 'question' as const, number, when })),
])

describe('an import', () => {
  it('gives each row the result that follows from those before it', async () => {
    const node = nodeThatRefuses('T')
    expect(await run(LINES, node.client, 'whole')).toEqual(RESULTS)
    expect(taken(node, LINES)).toEqual(asTaken(MOVES))
  })

  it.concurrent.each(MOMENTS)(
    'gives the same results after a kill $when the node answers $at $number, and makes nothing twice',
    async (moment) => {
      const node = nodeThatRefuses('T')
      const name = Object.values(moment).join('-')
      await runAndKill(LINES, node.client, moment, name)
      expect(await run(LINES, node.client, name)).toEqual(RESULTS)
      expect(await run(LINES, node.client, name)).toEqual(RESULTS)
      expect(taken(node, LINES)).toEqual(asTaken(MOVES))
    },
  )

  it('takes no action for lost that is on its way from the pool to the history when it asks', async () => {
    const node = new FakeNode()
    const lines = ['A 0 ann 5', 'A ann bob 1', 'A ann cy 1']
    await runAndKill(lines, node.client, { at: 'request', number: 1, when: 'after' }, 'limbo')
    node.blind.add(node.questions)
    node.era += 5
    const before = node.requests
    expect(await run(lines, node.client, 'limbo')).toEqual(Array(3).fill('applied'))
    expect(node.requests).toBe(before)
  })
})

describe('an import of which a row is refused in the middle', () => {
  const file = [
    ['A 0 ann 5', 'applied'],
    ['T x x 1', 'rejected SELF_TRANSFER'],
    ['T x y 1', 'rejected CODE_TAKEN'],
    ['A ann new 1', 'rejected QUOTA_EXCEEDED'],
    ['A ann bob 1', 'applied'],
    ['A new cy 1', 'rejected NO_HOLDING'],
    ['A ann bob 2', 'applied'],
    ['A bob ann 1', 'applied'],
  ] as const
  const lines = file.map(([line]) => line)
  const results = file.map(([, result]) => result)
  const applied = asTaken(lines.filter((_, i) => results[i] === 'applied'))
  const refusing = () => {
    const node = nodeThatRefuses('T')
    node.refuseTo = parties.of('new').address
    return node
  }

  it('signs nothing else for rows that the node parked behind it, until it has let go of them', async () => {
    const node = refusing()
    expect(await run(lines, node.client, 'hole')).toEqual(results)
    expect(taken(node, lines)).toEqual(applied)
  })

  it('goes on row by row then, so that many may be refused', async () => {
    const pairs = Array.from({ length: 8 }, () => ['A ann new 1', 'A ann bob 1']).flat()
    const node = refusing()
    const [first, ...rest] = await run(['A 0 ann 20', ...pairs], node.client, 'holes')
    expect(first).toBe('applied')
    expect(rest).toEqual(Array(8).fill(['rejected QUOTA_EXCEEDED', 'applied']).flat())
  })

  it.concurrent.each(MOMENTS)(
    'gives the same results after a kill $when the node answers $at $number',
    async (moment) => {
      const node = refusing()
      const name = `hole-${Object.values(moment).join('-')}`
      await runAndKill(lines, node.client, moment, name)
      expect(await run(lines, node.client, name)).toEqual(results)
      expect(await run(lines, node.client, name)).toEqual(results)
      expect(taken(node, lines)).toEqual(applied)
    },
  )
})

describe('an import into a chain with little room', () => {
  const lines = ['A 0 ann 5', 'A ann bob 1', 'A ann bob 9', 'A bob 0 1', 'B x y 1', 'B y x 1']
  /** Two mints, the retired units of A, and four parties; definitions as row-signer makes them. */
  const needs = { ASSETS: 2, HOLDINGS: 7, BYTES: 402 }
  const nodeWith = (left: Partial<typeof needs>) => {
    const node = new FakeNode()
    node.quota = Object.entries({ ...needs, ...left }).map(([budget, room]) => quotaOf(budget, room, 10 ** 6))
    return node
  }

  it('begins if there is just enough, and goes on after a kill with what is left', async () => {
    const node = nodeWith({})
    await runAndKill(lines, node.client, { at: 'request', number: 1, when: 'after' }, 'room')
    const used = node.accepted.filter(({ definition }) => definition !== undefined).length
    node.quota = [quotaOf('ASSETS', 2 - used), quotaOf('HOLDINGS', 6), quotaOf('BYTES', 402)]
    expect((await run(lines, node.client, 'room')).filter((result) => result === 'applied').length).toBe(5)
    const definitions = node.accepted.flatMap(({ definition = [] }) => definition)
    expect(definitions.join('').length).toBe(needs.BYTES)
    node.quota = null
    expect((await run(lines, node.client, 'room')).length).toBe(lines.length)
  })

  it.each([
    [{ ASSETS: 1 }, '2 assets, of which it has 1 left for'],
    [{ HOLDINGS: 6 }, '7 holdings, of which it has 6 left for'],
    [{ BYTES: 401 }, '402 bytes of definitions, of which it has 401 left for'],
    [
      { ASSETS: 0, HOLDINGS: 1 },
      '2 assets, of which it has 0 left, and 7 holdings, of which it has 1 left for',
    ],
  ])('signs nothing if there is only %o', async (left, words) => {
    const node = nodeWith(left)
    const running = run(lines, node.client, `little-${Object.entries(left).join()}`)
    await expect(running).rejects.toMatchObject({
      code: 'QUOTA_TOO_SMALL',
      message: expect.stringContaining(`the file needs ${words} inp1`),
    })
    expect(node.requests).toBe(0)
  })

  it('signs nothing if others have used up what all share, or only some may register assets', async () => {
    const node = new FakeNode()
    node.quota = ['ASSETS', 'BYTES', 'HOLDINGS'].map((budget) => quotaOf(budget, 1_000, 1))
    await expect(run(lines, node.client, 'shared')).rejects.toMatchObject({ code: 'QUOTA_TOO_SMALL' })
    node.quota = null
    await expect(run(lines, node.client, 'shared')).rejects.toMatchObject({ code: 'NOT_REGISTRAR' })
    expect(node.requests).toBe(0)
  })
})
