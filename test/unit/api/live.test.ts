import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { MAX_KEPT_BLOCKS, MAX_KEPT_RECORDS, RecordsByBlock } from '../../../src/api/live/block-records.ts'
import { operationName } from '../../../src/api/live/operation-name.ts'
import {
  MAX_ANSWER_CHARACTERS,
  MAX_ANSWERS,
  type Made,
  SharedAnswers,
} from '../../../src/api/live/shared-answers.ts'
import { MAX_SNAPSHOTS, SharedLive } from '../../../src/api/live/shared-live.ts'
import type { FinalTransfer } from '../../../src/api/request/models.ts'
import type { ApiServices } from '../../../src/api/request/services.ts'
import { matchesFilter } from '../../../src/storage/reads/transfer-match.ts'
import type { TransferFilter } from '../../../src/storage/reads/transfers.ts'

const row = (height: number, i: number) =>
  ({
    position: height * 10_000 + i,
    height,
    kind: 'transfer',
    from: BigInt(i % 3),
    to: BigInt(i % 5),
    assetId: BigInt(i % 2),
    memo: 0n,
  }) as FinalTransfer

/** Blocks of so many records, and the heights that were read. */
function blocksOf(size: number) {
  const read: number[] = []
  const records = new RecordsByBlock(async (height) => {
    read.push(height)
    return Array.from({ length: size }, (_, i) => row(height, i))
  })
  return { records, read }
}

describe('records of new blocks', () => {
  it('are read once, whatever filters ask for them', async () => {
    const { records, read } = blocksOf(60)
    const filters: TransferFilter[] = [
      {},
      { account: 2n },
      { from: 1n },
      { to: 4n },
      { assetId: 1n },
      { account: 1n, assetId: 0n },
      { from: 9n },
    ]
    const found = await Promise.all(filters.map((filter) => records.matching(7, filter)))
    const all = Array.from({ length: 60 }, (_, i) => row(7, i))
    expect(found).toEqual(filters.map((filter) => all.filter((r) => matchesFilter(filter, r))))
    expect(read).toEqual([7])
  })

  it('are kept of the newest blocks only', async () => {
    const few = blocksOf(1)
    for (let height = 1; height <= MAX_KEPT_BLOCKS + 20; height++) await few.records.matching(height, {})
    expect(few.records.size).toEqual({ blocks: MAX_KEPT_BLOCKS, records: MAX_KEPT_BLOCKS })
    const full = blocksOf(3_000)
    for (let height = 1; height <= 20; height++) await full.records.matching(height, {})
    expect(full.records.size).toEqual({ blocks: 6, records: 18_000 })
    expect(MAX_KEPT_RECORDS).toBe(20_000)
    await full.records.matching(20, {})
    expect(full.read.length).toBe(20)
  })

  it('are read again after a read failed', async () => {
    let fails = true
    const records = new RecordsByBlock(async (height) => {
      if (fails) throw new Error('gone')
      return [row(height, 0)]
    })
    await expect(records.matching(1, {})).rejects.toThrow('gone')
    fails = false
    expect(await records.matching(1, {})).toHaveLength(1)
  })
})

describe('shared answers', () => {
  const answer = (text: string): Made => ({ text })

  it('are made once, until they are too old', async () => {
    let now = 0
    let made = 0
    const answers = new SharedAnswers(2_000, () => now)
    const make = async () => answer(`${++made}`)
    const [one, two] = await Promise.all([answers.get('a', make), answers.get('a', make)])
    expect(one).toBe(two)
    expect(one).toEqual(answer('1'))
    now = 2_001
    expect(await answers.get('a', make)).toEqual(answer('2'))
  })

  it('are there at once if they were made at once', () => {
    const answers = new SharedAnswers(2_000, () => 0)
    const made = answers.get('a', () => answer('x'))
    expect(made).toEqual(answer('x'))
    expect(answers.get('a', () => answer('y'))).toBe(made)
    expect(answers.size).toEqual({ answers: 1, characters: 1 })
  })

  it('are not kept if they have errors or were not made', async () => {
    const answers = new SharedAnswers(2_000, () => 0)
    await answers.get('a', async () => ({ errors: [], data: null }))
    answers.get('a', () => ({ errors: [], data: null }))
    await expect(answers.get('b', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
    expect(answers.size).toEqual({ answers: 0, characters: 0 })
  })

  it('are bounded in number and in characters', async () => {
    const many = new SharedAnswers(2_000, () => 0)
    for (let i = 0; i < MAX_ANSWERS; i++) many.get(`${i}`, () => answer('x'))
    expect(many.size.answers).toBe(MAX_ANSWERS)
    many.get('one more', () => answer('x'))
    expect(many.size.answers).toBe((MAX_ANSWERS * 7) / 8)
    expect(many.get('one more', () => answer('y'))).toEqual(answer('x'))
    const waiting = new SharedAnswers(2_000, () => 0)
    for (let i = 0; i <= MAX_ANSWERS; i++) void waiting.get(`${i}`, () => new Promise(() => {}))
    expect(waiting.size.answers).toBe((MAX_ANSWERS * 7) / 8)
    const long = new SharedAnswers(2_000, () => 0)
    const text = 'x'.repeat(MAX_ANSWER_CHARACTERS / 16)
    for (let i = 0; i < 16; i++) await long.get(`${i}`, async () => answer(text))
    expect(long.size.characters).toBe(MAX_ANSWER_CHARACTERS)
    await long.get('16', async () => answer(text))
    expect(long.size.answers).toBe(14)
    expect(long.size.characters).toBeLessThanOrEqual(MAX_ANSWER_CHARACTERS)
  })
})

describe('shared snapshots', () => {
  it('are bounded, and shared for an era', () => {
    let now = 0
    const live = new SharedLive({ genesis: { eraMs: 2_000 }, now: () => now } as ApiServices)
    for (let height = 1; height <= MAX_SNAPSHOTS + 5; height++) live.at(height)
    expect(live.snapshots).toBe(MAX_SNAPSHOTS)
    const first = live.at(20)
    now = 2_000
    expect(live.at(20)).toBe(first)
    now = 2_001
    expect(live.at(20)).not.toBe(first)
  })
})

describe('the name of an operation', () => {
  const document = parse(`subscription A($after: String, $account: String, $notes: Boolean!) {
    transfers(filter: { account: $account }, after: $after) { cursor node { hash note @include(if: $notes) } } }`)
  const nameOf = (variableValues: object, of = document) => operationName({ document: of, variableValues })
  const given = { account: 'a', notes: true }

  it('does not depend on where the subscription begins, or on which events it gets', () => {
    expect(nameOf({ ...given, after: 'x' })).toBe(nameOf({ ...given, after: 'y' }))
    expect(nameOf({ ...given, after: 'x' })).toBe(nameOf(given))
    expect(nameOf({ ...given, account: 'b' })).toBe(nameOf(given))
  })

  it('depends on the document and on all variables inside', () => {
    const names = [given, { ...given, notes: false }].map((variables) => nameOf(variables))
    expect(new Set([...names, nameOf(given, parse('subscription { chain { name } }'))]).size).toBe(3)
  })

  it('depends on a variable that is used elsewhere too', () => {
    const twice = parse(`subscription ($after: String) { transfers(after: $after) { node {
      to { transfers(after: $after) { nodes { hash } } } } } }`)
    expect(nameOf({ after: 'x' }, twice)).not.toBe(nameOf({ after: 'y' }, twice))
  })
})
