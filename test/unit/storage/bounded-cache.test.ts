import { describe, expect, it } from 'vitest'
import { BoundedCache } from '../../../src/storage/bounded-cache.ts'

describe('a bounded cache', () => {
  it('drops what was used longest ago once the sizes pass the bound', () => {
    const cache = new BoundedCache<string, number>(160)
    for (let i = 0; i < 16; i++) cache.set(`key ${i}`, i, 10)
    expect(cache.size).toBe(160)
    expect(cache.get('key 0')).toBe(0)
    cache.set('another', 16, 10)
    expect(cache.size).toBe(160)
    expect(cache.get('key 0')).toBe(0)
    expect(cache.get('key 1')).toBeUndefined()
  })

  it('counts a replaced value once', () => {
    const cache = new BoundedCache<string, number>(160)
    for (const size of [3, 7, 5]) cache.set('key', size, size)
    expect(cache.size).toBe(5)
    expect(cache.get('key')).toBe(5)
  })

  it('does not keep a value larger than a sixteenth of the bound, nor the one that it replaces', () => {
    const cache = new BoundedCache<string, number>(160)
    cache.set('key', 1, 10)
    cache.set('key', 2, 11)
    expect(cache.get('key')).toBeUndefined()
    expect(cache.size).toBe(0)
  })
})
