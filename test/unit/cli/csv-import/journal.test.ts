import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Journal } from '../../../../src/cli/csv-import/journal.ts'
import { Parties } from '../../../../src/cli/csv-import/parties.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fresh = () => {
  throw new Error('asked for a new era')
}

describe('the journal of an import', () => {
  it('gives an action the era that it was given before, also after a kill', async () => {
    const journal = new Journal(folder, 'eras')
    expect(journal.eraOf(7, 1, () => 40)).toBe(40)
    expect(journal.eraOf(7, 0, () => 41)).toBe(41)
    journal.sign(7, 1, 50)
    await journal.close()
    const again = new Journal(folder, 'eras')
    expect(again.eraOf(7, 1, fresh)).toBe(50)
    expect(again.eraOf(7, 0, fresh)).toBe(41)
  })

  it('of an earlier version, which says `refused`, is read', () => {
    appendFileSync(
      join(folder, 'old.journal'),
      '{"row":3,"status":"refused","code":"STALE_START","hash":""}\n',
    )
    expect(new Journal(folder, 'old').outcomes.get(3)?.status).toBe('rejected')
  })

  it('has entries on disk once flush has returned, with concurrent flushes too', async () => {
    const journal = new Journal(folder, 'many')
    const flushes: Promise<void>[] = []
    for (let row = 1; row <= 100; row++) {
      journal.end({ row, status: 'applied', code: '', hash: 'aa' })
      flushes.push(journal.flush())
    }
    await flushes[0]
    expect(new Journal(folder, 'many').outcomes.has(1)).toBe(true)
    await Promise.all(flushes)
    await journal.close()
    expect([...new Journal(folder, 'many').outcomes.keys()]).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
  })

  it('skips a line that a kill cut off, and appends after it', async () => {
    const journal = new Journal(folder, 'cut')
    journal.end({ row: 1, status: 'rejected', code: 'NO_HOLDING', hash: '' })
    await journal.close()
    appendFileSync(join(folder, 'cut.journal'), '{"row":2,"stat')
    const again = new Journal(folder, 'cut')
    again.end({ row: 3, status: 'applied', code: '', hash: 'bb' })
    await again.close()
    expect([...new Journal(folder, 'cut').outcomes.keys()]).toEqual([1, 3])
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
