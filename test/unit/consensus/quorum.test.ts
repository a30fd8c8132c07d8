import { describe, expect, it } from 'vitest'
import { leaderOf, quorum } from '../../../src/consensus/quorum.ts'

describe('a quorum', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [5, 4],
    [7, 5],
    [10, 7],
    [30, 21],
  ])('of %i validators is %i', (n, q) => {
    expect(quorum(n)).toBe(q)
  })

  it('shares an honest validator with any other quorum, and can be reached without the faulty ones', () => {
    for (let n = 1; n <= 128; n++) {
      const faulty = Math.floor((n - 1) / 3)
      expect(2 * quorum(n) - n).toBeGreaterThan(faulty)
      expect(quorum(n)).toBeLessThanOrEqual(n - faulty)
    }
  })
})

describe('the leader', () => {
  it('rotates with the view', () => {
    expect([0, 1, 2, 3, 4, 5].map((view) => leaderOf(view, 4))).toEqual([0, 1, 2, 3, 0, 1])
  })
})
