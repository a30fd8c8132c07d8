import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FakeNode } from '../../../support/cli/fake-node.ts'
import { asTaken, lineImports } from '../../../support/cli/line-imports.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

const folder = testFolder('recall')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { parties, run, taken } = lineImports(folder)
const journalOf = (name: string) => join(folder, `${name}.journal`)

const FILE = ['A 0 ann 5', 'A ann bob 1', 'A ann bob 1', 'A bob cy 9', 'B x y 1', 'A bob cy 2', 'B y z 1']
const RESULTS = FILE.map((_, i) => (i === 3 ? 'rejected INSUFFICIENT_BALANCE' : 'applied'))
const MOVES = asTaken(['B MINT x 1', ...FILE.filter((_, i) => i !== 3)])

describe('an import whose journal was lost', () => {
  it('finds all rows on the chain, equal ones and issues as well, and sends nothing', async () => {
    const node = new FakeNode()
    await run(FILE, node.client, 'had')
    const before = node.requests
    expect(await run(FILE, node.client, 'lost')).toEqual(RESULTS)
    expect(node.requests).toBe(before)
    // The journal that was made from the chain is as good as the one before.
    let passes = 0
    const onPass = () => passes++
    expect(await run([...FILE, 'A cy dan 1'], node.client, 'lost', { onPass })).toEqual([
      ...RESULTS,
      'applied',
    ])
    expect([passes, node.accepted.length]).toEqual([1, 10])
  })

  it.each(FILE.map((_, i) => i))('goes on behind the first %i rows', async (count) => {
    const node = new FakeNode()
    const whole = ['A 0 ann 5', 'A ann bob 2', 'A ann bob 2', 'A bob cy 2', 'B x y 1', 'B y z 1', 'B z 0 1']
    await run(whole.slice(0, count), node.client, `had-${count}`)
    expect(await run(whole, node.client, `lost-${count}`)).toEqual(Array(7).fill('applied'))
    expect(taken(node, whole)).toEqual(asTaken(['B MINT x 1', ...whole]))
  })

  it('finds what was refused at first and applied by a later run, behind other rows', async () => {
    const node = new FakeNode()
    const lines = ['A 0 ann 5', 'A ann new 1', 'A ann bob 1', 'A ann cy 1', 'A ann bob 1']
    node.refuseTo = parties.of('new').address
    expect((await run(lines, node.client, 'later'))[1]).toBe('rejected QUOTA_EXCEEDED')
    node.refuseTo = ''
    await run(lines, node.client, 'later')
    const before = node.requests
    expect(await run(lines, node.client, 'later-lost')).toEqual(Array(5).fill('applied'))
    expect(node.requests).toBe(before)
  })

  it('applies no row twice behind one that was refused and asks for the same units', async () => {
    const node = new FakeNode()
    const lines = ['A 0 ann 5', 'A ann new 1', 'A ann bob 1']
    node.refuseTo = parties.of('new').address
    await run(lines, node.client, 'refused')
    node.refuseTo = ''
    expect(await run(lines, node.client, 'refused-lost')).toEqual(Array(3).fill('applied'))
    expect(taken(node, lines)).toEqual(asTaken(lines))
  })

  it.each([
    ['not at all', ['A 0 ann 5', 'A ann cy 1'], ['applied', 'rejected STALE_START']],
    ['with another first row', ['A ann bob 1', 'A ann cy 1'], Array(2).fill('rejected STALE_START')],
  ])('applies no further row of an asset whose moves the file has %s', async (name, other, expected) => {
    const node = new FakeNode()
    await run(['A 0 ann 5', 'A ann bob 1', 'A ann cy 1'], node.client, `had ${name}`)
    const before = node.requests
    expect(await run([...other, 'B x y 1'], node.client, name)).toEqual([...expected, 'applied'])
    expect(node.requests).toBe(before + 1)
  })

  it('has the records of so many in memory at a time, or of one asset', async () => {
    const node = new FakeNode()
    const lines = ['A', 'B', 'C', 'D'].flatMap((asset) => [`${asset} x y 1`, `${asset} y z 1`])
    await run(lines, node.client, 'all')
    // Each asset has 4 records.
    for (const [maxRecords, pages] of [
      [3, 4],
      [7, 4],
      [8, 2],
      [16, 1],
    ] as const) {
      let passes = 0
      const onPass = () => passes++
      const name = `at most ${maxRecords}`
      expect(await run(lines, node.client, name, { maxRecords, onPass })).toEqual(Array(8).fill('applied'))
      expect(passes).toBe(pages + 1)
    }
    expect(node.accepted.length).toBe(16)
  })
})

describe('an import with a part of its journal', () => {
  it('gives the same results, wherever it was cut off, and makes nothing twice', {
    timeout: 120_000,
  }, async () => {
    const node = new FakeNode()
    await run(FILE, node.client, 'full')
    // One that was found on the chain.
    await run(FILE, node.client, 'whole')
    const before = node.requests
    for (const name of ['full', 'whole']) {
      const text = readFileSync(journalOf(name), 'utf8')
      for (let cut = 0; cut < text.length; cut += 23) {
        writeFileSync(journalOf('cut'), text.slice(0, cut))
        expect(await run(FILE, node.client, 'cut'), `${name} cut at ${cut}`).toEqual(RESULTS)
      }
      const lines = text.split('\n')
      for (const i of lines.keys()) {
        writeFileSync(journalOf('cut'), lines.filter((_, other) => other !== i).join('\n'))
        expect(await run(FILE, node.client, 'cut'), `${name} without line ${i}`).toEqual(RESULTS)
        expect(await run(FILE, node.client, 'cut'), `${name} again`).toEqual(RESULTS)
      }
    }
    expect([node.requests, taken(node, FILE)]).toEqual([before, MOVES])
  })

  it('goes on with an old copy, in which only the assets are replaced that are more on the chain', async () => {
    const node = new FakeNode()
    await run(FILE.slice(0, 5), node.client, 'grown')
    copyFileSync(journalOf('grown'), journalOf('old'))
    const older = readFileSync(journalOf('old'), 'utf8').split('\n')
    await run(FILE.slice(0, 6), node.client, 'grown')
    expect(await run(FILE, node.client, 'old')).toEqual(RESULTS)
    expect(taken(node, FILE)).toEqual(MOVES)
    const kept = readFileSync(journalOf('old'), 'utf8')
    expect(older.filter((line) => line.includes('"code":"B"')).every((line) => kept.includes(line))).toBe(
      true,
    )
  })
})
