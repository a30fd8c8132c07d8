import { beforeEach, describe, expect, it } from 'vitest'
import { FORGET_MS, KnownProvers, MAX_PROVERS } from '../../../src/proofs/known-provers.ts'

const SELF = { version: '1.2.3', backend: 'engine', threads: 8 } as const
let now: number
let provers: KnownProvers
beforeEach(() => {
  now = 1_000_000
  provers = new KnownProvers(() => now)
})

describe('the provers that a queue has heard of', () => {
  it('are listed with what they said of themselves, and what they do now', () => {
    provers.saw('a', { batch: null, stage: 'looking for work', ...SELF })
    now += 2_400
    provers.saw('b', { batch: null, stage: 'starting' })
    provers.saw('a', { batch: 7, stage: 'proof 42%' })
    now += 3_000
    expect(provers.list()).toEqual([
      {
        prover: 'b',
        version: null,
        backend: null,
        threads: null,
        batch: null,
        stage: 'starting',
        secondsAgo: 3,
      },
      { prover: 'a', ...SELF, batch: 7, stage: 'proof 42%', secondsAgo: 3 },
    ])
  })

  it('are forgotten when they stop, and when they are silent', () => {
    for (const name of ['a', 'b']) provers.saw(name, { batch: null, stage: 'starting' })
    provers.forget('a')
    now += FORGET_MS
    expect(provers.list().map(({ prover }) => prover)).toEqual(['b'])
    now += 1
    expect(provers.list()).toEqual([])
  })

  it('are bounded: the one that was silent for longest goes', () => {
    for (let i = 0; i <= MAX_PROVERS; i++) provers.saw(`p${i}`, { batch: null, stage: 'starting' })
    const names = provers.list().map(({ prover }) => prover)
    expect([names.length, names[0], names.at(-1)]).toEqual([MAX_PROVERS, 'p1', `p${MAX_PROVERS}`])
  })
})
