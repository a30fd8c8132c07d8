import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Journal, type Signed } from '../../../../src/cli/csv-import/journal.ts'
import { JournalFile } from '../../../../src/cli/csv-import/journal-file.ts'
import { Parties } from '../../../../src/cli/csv-import/parties.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

const folder = testFolder('journal')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const move = (start: string) => ({ from: 'ann', to: 'bob', start, amount: '1' })
const signed = (key: string, start: string, era: number): Signed => ({
  key,
  code: 'thing',
  deed: move(start),
  own: true,
  era,
  hash: `${key}/${start}/${era}`,
})

/** A journal as the next run reads it, with the actions of final rows. */
async function read(name: string, isWanted = (_: string) => true) {
  const journal = new Journal(folder, name)
  const final: string[] = []
  await journal.load(isWanted, ({ hash }) => final.push(hash))
  return { journal, final }
}

describe('the journal of imports', () => {
  it('gives an action the era that it was given before, also after a kill; a new one takes its place', async () => {
    const journal = new Journal(folder, 'eras')
    for (const one of [signed('a', '0', 40), signed('a', '1', 41), signed('a', '0', 50)]) journal.sign(one)
    await journal.close()
    const { journal: again, final } = await read('eras')
    expect([again.eraOf('a', move('0')), again.eraOf('a', move('1')), again.eraOf('a', move('2'))]).toEqual([
      50,
      41,
      undefined,
    ])
    expect([again.eraOf('b', move('0')), final]).toEqual([undefined, []])
  })

  it('tells of final rows and what they did, of the assets that are wanted', async () => {
    const journal = new Journal(folder, 'final')
    journal.sign(signed('a', '0', 40))
    journal.sign({ ...signed('b', '0', 40), code: 'other' })
    for (const key of ['a', 'b']) journal.end(key, `${key}/0/40`)
    await journal.close()
    const { journal: again, final } = await read('final', (code) => code === 'thing')
    expect([[...again.final], final, again.open.size]).toEqual([[['a', 'a/0/40']], ['a/0/40'], 0])
  })

  it('tells of a final row what was applied, and not what else was signed for it', async () => {
    const journal = new Journal(folder, 'also')
    const register = { ...signed('a', '0', 40), deed: { id: '1', cap: '2' }, own: false, hash: 'register' }
    const issue = { ...signed('a', '7', 40), own: false }
    for (const one of [register, issue, signed('a', '0', 40), signed('a', '5', 41)]) journal.sign(one)
    // The issue and the first move were refused.
    for (const hash of ['a/7/40', 'a/0/40']) journal.counted.delete(hash)
    journal.end('a', 'a/5/41')
    await journal.close()
    expect((await read('also')).final).toEqual(['register', 'a/5/41'])
  })

  it('knows what is parked beside what is to be signed', () => {
    const journal = new Journal(folder, 'parked')
    journal.sign(signed('a', '1', 40))
    expect(journal.parkedBeside('a', [move('0')])).toBeUndefined()
    journal.parked.add('a/1/40')
    expect(journal.parkedBeside('a', [move('0')])?.hash).toBe('a/1/40')
    expect(journal.parkedBeside('a', [move('1')])).toBeUndefined()
    journal.forget({ key: 'a', hash: 'a/1/40' })
    expect(journal.parkedBeside('a', [move('0')])).toBeUndefined()
  })

  it('forgets an action that will not be applied', async () => {
    const journal = new Journal(folder, 'forgotten')
    for (const start of ['0', '1']) journal.sign(signed('a', start, 40))
    journal.forget({ key: 'a', hash: 'a/0/40' })
    expect([journal.eraOf('a', move('0')), journal.eraOf('a', move('1'))]).toEqual([undefined, 40])
  })

  it('has entries on disk once flush has returned, with concurrent flushes too', async () => {
    const journal = new Journal(folder, 'many')
    const flushes: Promise<void>[] = []
    for (let row = 1; row <= 100; row++) {
      journal.sign(signed(`${row}`, '0', 1))
      flushes.push(journal.flush())
    }
    await flushes[0]
    expect((await read('many')).journal.open.has('1')).toBe(true)
    await Promise.all(flushes)
    await journal.close()
    expect((await read('many')).journal.open.size).toBe(100)
  })

  it('skips a line that a kill cut off, and appends after it', async () => {
    const journal = new Journal(folder, 'cut')
    journal.sign(signed('a', '0', 1))
    await journal.close()
    appendFileSync(join(folder, 'cut.journal'), '{"key":"b","de')
    const { journal: again } = await read('cut')
    again.sign(signed('c', '0', 1))
    await again.close()
    expect([...(await read('cut')).journal.open.keys()]).toEqual(['a', 'c'])
  })
})

describe('what a journal says of an asset', () => {
  it('is replaced without the others, and all at once', async () => {
    const journal = new Journal(folder, 'replaced')
    for (const key of ['a', 'b']) journal.sign(signed(key, '0', 1))
    journal.sign({ ...signed('c', '0', 1), code: 'other' })
    for (const key of ['b', 'c']) journal.end(key, `${key}/0/1`)
    await journal.close()
    const { journal: again } = await read('replaced', () => false)
    await again.replace(new Set(['thing']), [[signed('b', '5', 2)]])
    again.sign(signed('d', '0', 1))
    await again.close()
    const { journal: last, final } = await read('replaced')
    expect(final).toEqual(['c/0/1', 'b/5/2'])
    expect([...last.open.keys()]).toEqual(['d'])
  })

  it('stays as it was if a process ends before all of it is replaced', async () => {
    const path = join(folder, 'half.journal')
    const values = Array.from({ length: 3_000 }, (_, i) => ({ i }))
    const file = new JournalFile(path)
    await file.append(values)
    await file.close()
    const before = readFileSync(path, 'utf8')
    const endAt = (end: number) => (value: unknown) => {
      if ((value as { i: number }).i === end) throw new Error('ended')
      return true
    }
    for (const end of [0, 1_500, 2_999]) {
      await expect(new JournalFile(path).replace(endAt(end), [])).rejects.toThrow('ended')
      expect(readFileSync(path, 'utf8')).toBe(before)
    }
    // What is left of an earlier attempt does not matter.
    await new JournalFile(path).replace((value) => (value as { i: number }).i >= 2_999, [{ i: 0 }])
    expect(readFileSync(path, 'utf8')).toBe('{"i":2999}\n{"i":0}\n')
  })
})

describe('parties of an import', () => {
  it('keep their keys, which differ from name to name and from secret to secret', () => {
    const path = join(folder, 'parties')
    const one = new Parties(poseidon, path)
    const addresses = [
      one.issuer.address,
      one.of('ann').address,
      one.of('bob').address,
      one.of('issuer').address,
    ]
    expect(new Set(addresses).size).toBe(4)
    expect(new Parties(poseidon, path).of('ann').address).toBe(one.of('ann').address)
    expect(new Parties(poseidon, join(folder, 'others')).of('ann').address).not.toBe(one.of('ann').address)
    expect(readdirSync(path)).toEqual(['secret'])
  })
})
