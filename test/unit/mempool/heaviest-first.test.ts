import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeaviestFirst } from '../../../src/mempool/heaviest-first.ts'

test('the heaviest item is found after any changes of cost, as a search through all of them finds it', () => {
  const changes = fc.array(fc.tuple(fc.nat(9), fc.nat(6)), { maxLength: 300 })
  fc.assert(
    fc.property(changes, (list) => {
      const items = Array.from({ length: 10 }, () => ({ cost: 0 }))
      const queue = new HeaviestFirst<{ cost: number }>()
      for (const [at, cost] of list) {
        items[at]!.cost = cost
        queue.changed(items[at]!)
        expect(queue.peek()?.cost ?? 0).toBe(Math.max(...items.map((item) => item.cost)))
      }
    }),
  )
})
