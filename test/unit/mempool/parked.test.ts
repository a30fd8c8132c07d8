import { describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/crypto/account.ts'
import { publicKeyOf } from '../../../src/crypto/sign.ts'
import type { Candidate } from '../../../src/mempool/entry.ts'
import { MAX_PARKED_BYTES, PARKED_OVERHEAD_BYTES, Parked } from '../../../src/mempool/parked.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { COFFEE, people, transfer } from '../../support/mempool/pool-world.ts'

const [, ann, bob] = people.map(({ account }) => account) as [bigint, bigint, bigint]
const MAX_PARKED = MAX_PARKED_BYTES / PARKED_OVERHEAD_BYTES

/** A parked chain of one of `people`, from `fromStart` 1 on. */
const chainOf = (from: bigint, length: number) =>
  Array.from({ length }, (_, i) => transfer({ from, to: bob, fromStart: BigInt(i + 1) }))

/** Chains that never become applicable, cheap to make: only hash, start and signer differ. */
function* flood(from: bigint, note?: string): Generator<Candidate> {
  const [model] = chainOf(from, 1)
  if (model?.action.type !== 'transfer') throw new Error('a transfer')
  for (let i = 1n; ; i++) {
    const action = { ...model.action, transfer: { ...model.action.transfer, fromStart: 1_000_000n + i } }
    yield { ...model, action, hash: model.hash + i, note }
  }
}

/** One large action of each of many invented signers. */
function* inventedSigners(): Generator<Candidate> {
  const [model] = chainOf(ann, 1)
  if (model?.action.type !== 'transfer') throw new Error('a transfer')
  for (let i = 1; ; i++) {
    const seed = new Uint8Array(32)
    new DataView(seed.buffer).setUint32(0, i)
    const publicKey = publicKeyOf({ kind: 'eddsa', seed })
    const action = {
      ...model.action,
      publicKey,
      transfer: { ...model.action.transfer, from: accountOf(poseidon, publicKey) },
    }
    yield { ...model, action, hash: model.hash + 1_000_000n + BigInt(i), note: 'x'.repeat(100_000) }
  }
}

/** Parks `count` of a flood; asserts that the bound holds after each. */
function attack(parked: Parked, source: Generator<Candidate>, peer: string, count: number): void {
  let most = 0
  for (let i = 0; i < count; i++) {
    parked.add(source.next().value, peer)
    most = Math.max(most, parked.bytes)
  }
  expect(most).toBeLessThanOrEqual(MAX_PARKED_BYTES)
  expect(parked.size).toBeLessThanOrEqual(MAX_PARKED)
}

const holdsAll = (parked: Parked, chain: Candidate[]) =>
  chain.every(({ hash }) => {
    const before = parked.size
    parked.delete(hash)
    return parked.size === before - 1
  })

describe('the budget of parked actions', () => {
  test("keeps a flooding signer within its bound, with small actions or large notes, and evicts nobody else's", () => {
    const chain = chainOf(ann, 200)
    for (const { note, count } of [
      { note: undefined, count: MAX_PARKED },
      { note: 'x'.repeat(4096), count: 2 * (MAX_PARKED_BYTES / 4096) },
    ]) {
      const parked = new Parked(poseidon)
      for (const action of chain) expect(parked.add(action, 'peer')).toBe(action)
      attack(parked, flood(bob, note), 'peer', count)
      expect(parked.bytes).toBeGreaterThan(MAX_PARKED_BYTES - 8 * 1024)
      expect(holdsAll(parked, chain)).toBe(true)
    }
  })

  test('parks a whole chain that arrives while a flood uses up the budget', () => {
    const parked = new Parked(poseidon)
    const source = flood(bob, 'x'.repeat(4096))
    attack(parked, source, 'byzantine', MAX_PARKED_BYTES / 4096)
    const chain = chainOf(ann, 200)
    for (const peer of ['byzantine', 'honest'])
      for (const action of chain) expect(parked.add(action, peer)).toBe(action)
    attack(parked, source, 'byzantine', 1_000)
    expect(holdsAll(parked, chain)).toBe(true)
  })

  test('does not let a peer that invents signers evict what another peer delivered', () => {
    const parked = new Parked(poseidon)
    const chain = chainOf(ann, 200)
    const source = inventedSigners()
    for (const action of chain.slice(0, 100)) parked.add(action, 'honest')
    attack(parked, source, 'byzantine', 300)
    expect(parked.bytes).toBeGreaterThan(MAX_PARKED_BYTES - 200_000)
    for (const action of chain.slice(100)) expect(parked.add(action, 'honest')).toBe(action)
    attack(parked, source, 'byzantine', 100)
    expect(holdsAll(parked, chain)).toBe(true)
  })

  test('keeps the beginning of a chain that is too long, because the rest depends on it', () => {
    const parked = new Parked(poseidon)
    const source = flood(ann, 'x'.repeat(4096))
    const first = Array.from({ length: 100 }, () => source.next().value as Candidate)
    for (const action of first) parked.add(action, 'peer')
    attack(parked, source, 'peer', MAX_PARKED_BYTES / 4096)
    expect(holdsAll(parked, first)).toBe(true)
  })

  test('is freed to the last byte however actions leave', () => {
    const parked = new Parked(poseidon)
    const chain = chainOf(ann, 10)
    for (const action of chain) parked.add(action, 'peer')
    const cost = parked.bytes / 10
    expect(cost).toBe(chain[0]!.bytes.length + PARKED_OVERHEAD_BYTES)
    for (const fromStart of [1n, 1n, 100n]) parked.markReady(ann, { from: ann, assetId: COFFEE, fromStart })
    expect(parked.takeReady()?.candidate).toBe(chain[0])
    expect(parked.takeReady()).toBeUndefined()
    parked.delete(chain[1]!.hash)
    expect([parked.size, parked.bytes]).toEqual([8, 8 * cost])
    parked.expire(11, 10)
    expect([parked.size, parked.bytes]).toEqual([0, 0])
  })
})
