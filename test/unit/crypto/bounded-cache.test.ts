import { describe, expect, it, vi } from 'vitest'
import { BoundedCache } from '../../../src/crypto/bounded-cache.ts'

const key = (n: number) => Uint8Array.of(n, 255)

describe('BoundedCache', () => {
  it('computes a value once, and evicts the least recently used when full', () => {
    const cache = new BoundedCache<string>(2)
    const make = vi.fn(() => 'made')
    for (const n of [1, 2, 1, 3, 1, 2]) cache.get(key(n), make)
    // 3 pushes out 2, then 2 pushes out 3; 1 stays.
    expect(make).toHaveBeenCalledTimes(4)
    expect(cache.size).toBe(2)
  })

  it('distinguishes keys by content and length, not by identity', () => {
    const cache = new BoundedCache<number>(10)
    expect(cache.get(Uint8Array.of(1), () => 1)).toBe(1)
    expect(cache.get(Uint8Array.of(1, 0), () => 2)).toBe(2)
    expect(cache.get(Uint8Array.of(0, 1, 0).subarray(1, 2), () => 3)).toBe(1)
  })

  it('does not keep a failure', () => {
    const cache = new BoundedCache<number>(10)
    const fail = () => {
      throw new Error('no')
    }
    expect(() => cache.get(key(1), fail)).toThrow('no')
    expect(cache.get(key(1), () => 7)).toBe(7)
  })
})
