import { encodeAddress } from '../../../src/crypto/address.ts'
import type { Cast } from './big-history.ts'

/** Queries that cost nearly as much as one may. */
export function costlyQueries({ people, assets }: Cast): string[] {
  const holding = (i: number) =>
    `{ asset: "${assets[i % assets.length]!.code}", address: "${encodeAddress(people[i]!.account)}" }`
  const traces = Array.from(
    { length: 4 },
    (_, i) =>
      `{ trace(input: { start: { holding: ${holding(i)} }, first: 1000 }) { hops { length transfer { hash } } origins { length } } }`,
  )
  return [
    ...traces,
    '{ blocks(first: 20) { nodes { hash transfers(first: 20) { nodes { hash amount from { address } to { address } } } } } }',
    '{ transfers(last: 100) { totalCount nodes { hash amount kind from { address transfers(last: 2) { nodes { hash } } } } } }',
  ]
}
