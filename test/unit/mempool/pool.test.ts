import { describe, expect, test } from 'vitest'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import {
  COFFEE,
  hashes,
  people,
  register,
  submit,
  transfer,
  world,
} from '../../support/mempool/pool-world.ts'

const [issuer, ann, bob, cem] = people.map(({ account }) => account) as [bigint, bigint, bigint, bigint]

describe('admission', () => {
  test('actions may depend on waiting ones: later transfers of a holding, and spending what is not received yet', () => {
    const { pool } = world()
    expect(submit(pool, transfer({ from: ann, to: bob, amount: 1000n }))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: bob, to: cem, amount: 1500n }))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: bob, to: cem, fromStart: 1500n, amount: 500n }))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: bob, to: cem, fromStart: 2000n, amount: 1n }))).toBe(
      'INSUFFICIENT_BALANCE',
    )
    expect(pool.size).toBe(3)
    expect(pool.nextStart(bob, COFFEE)).toBe(2000n)
  })

  test('there is one entry per transferHash, whatever the signature', () => {
    const { pool } = world()
    const first = transfer({ from: ann, to: bob })
    expect(submit(pool, first)).toBe('ADMITTED')
    const again = { ...first, action: { ...first.action, signature: new Uint8Array(96).fill(1) } }
    expect(submit(pool, again)).toBe('KNOWN')
    expect(pool.size).toBe(1)
  })

  test('units in a waiting transfer are START_TAKEN, units moved in a block are STALE_START', () => {
    const { pool, finalize } = world()
    finalize([transfer({ from: ann, to: bob, amount: 10n })], 2)
    const next = { from: ann, to: bob, fromStart: 10n, amount: 5n, era: 3 }
    expect(submit(pool, transfer(next), 2)).toBe('ADMITTED')
    expect(submit(pool, transfer({ ...next, memo: 1n }), 2)).toBe('START_TAKEN')
    expect(submit(pool, transfer({ ...next, fromStart: 0n }), 2)).toBe('STALE_START')
    expect(submit(pool, transfer({ ...next, fromStart: 20n }), 2)).toBe('PARKED')
    expect(pool.size).toBe(1)
  })

  test('an asset, its issue and its use may all wait; the asset’s code is taken meanwhile', () => {
    const { pool } = world()
    expect(submit(pool, transfer({ from: MINT, to: ann }, 'tea'))).toBe('UNKNOWN_ASSET')
    expect(submit(pool, register('tea'))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: MINT, to: ann, amount: 7n }, 'tea'))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: ann, to: bob, amount: 7n }, 'tea'))).toBe('ADMITTED')
    expect(submit(pool, register('tea', { era: 2 }))).toBe('ASSET_EXISTS')
  })

  test('one definition may be made from a retirement that still waits', () => {
    const { pool } = world()
    const retired = transfer({ from: issuer, to: RETIRED, amount: 3n })
    expect(submit(pool, register('roast', { madeFrom: [retired.hash] }))).toBe('UNKNOWN_RETIREMENT')
    expect(submit(pool, retired)).toBe('ADMITTED')
    expect(submit(pool, register('roast', { madeFrom: [retired.hash] }))).toBe('ADMITTED')
    expect(submit(pool, register('roast2', { madeFrom: [retired.hash] }))).toBe('UNKNOWN_RETIREMENT')
  })

  test('a client must keep to the window of eras; storage and peers only to the time to live', () => {
    const { pool } = world()
    const of = (era: number) => transfer({ from: ann, to: bob, era })
    expect(submit(pool, of(5), 5)).toBe('ERA_TOO_SOON')
    expect(submit(pool, of(17), 5)).toBe('ERA_TOO_FAR')
    expect(pool.admit(of(5), 'gossip', 15)).toMatchObject({ rejection: { code: 'ERA_EXPIRED' } })
    expect(pool.admit(of(17), 'gossip', 5)).toMatchObject({ rejection: { code: 'ERA_TOO_FAR' } })
    expect(pool.admit(of(5), 'gossip', 5).status).toBe('ADMITTED')
  })
})

describe('bounds', () => {
  const chain = (n: number, era = 1) =>
    Array.from({ length: n }, (_, i) => transfer({ from: ann, to: bob, fromStart: BigInt(i), era }))

  test('hold for entries, entries per signer, and bytes; an issue counts for the issuer', () => {
    const size = transfer({ from: ann, to: bob }).bytes.length
    for (const limits of [{ entries: 2 }, { perSigner: 2 }, { bytes: 2 * size }]) {
      const { pool } = world({ limits })
      expect(chain(3).map((one) => submit(pool, one))).toEqual(['ADMITTED', 'ADMITTED', 'POOL_FULL'])
      expect(pool.bytes).toBe(2 * size)
    }
    const { pool } = world({ limits: { perSigner: 1 } })
    expect(submit(pool, transfer({ from: issuer, to: bob }))).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: MINT, to: bob, fromStart: 6000n }))).toBe('POOL_FULL')
  })

  test('reject with the number of eras to wait; there is room again after a block', () => {
    const { pool, finalize } = world({ limits: { entries: 250 }, rules: { maxRecords: 100 } })
    const all = chain(251)
    for (const one of all.slice(0, 250)) expect(submit(pool, one)).toBe('ADMITTED')
    expect(pool.admit(all[250]!, 'submit', 0)).toMatchObject({ rejection: { data: { retryAfterEras: 3 } } })
    finalize(all.slice(0, 1), 2)
    expect(pool.admit(all[250]!, 'reload', 2).status).toBe('ADMITTED')
  })
})

describe('after a final block', () => {
  test('its entries leave, the others keep their order, and the outcome of each is remembered', () => {
    const { pool, finalize } = world()
    const [one, two, three] = [
      transfer({ from: ann, to: bob, amount: 5n }),
      transfer({ from: bob, to: cem, amount: 1005n }),
      transfer({ from: ann, to: bob, fromStart: 5n }),
    ] as const
    for (const offered of [one, two, three]) expect(submit(pool, offered)).toBe('ADMITTED')
    const { included, evicted } = finalize([one], 2)
    expect(hashes(included)).toEqual([one.hash])
    expect(evicted).toEqual([])
    expect(hashes(pool.entries())).toEqual([two.hash, three.hash])
    expect(pool.outcomes.get(one.hash)).toEqual({ status: 'FINAL', height: 2 })
    finalize([two, three], 3)
    expect(pool.size).toBe(0)
    expect(pool.bytes).toBe(0)
    expect(pool.oldestEra).toBeUndefined()
  })

  test('an expired entry is evicted with everything that depends on it', () => {
    const { pool, finalize } = world()
    const first = transfer({ from: ann, to: bob, amount: 1000n, era: 1 })
    const spends = transfer({ from: bob, to: cem, amount: 1500n, era: 5 })
    const other = transfer({ from: cem, to: ann, amount: 1000n, era: 5 })
    for (const [offered, era] of [
      [first, 0],
      [spends, 2],
      [other, 2],
    ] as const) {
      expect(submit(pool, offered, era)).toBe('ADMITTED')
    }
    expect(finalize([], 9).evicted).toEqual([])
    const { evicted } = finalize([], 10)
    expect(evicted.map(({ rejection }) => rejection.code)).toEqual(['ERA_EXPIRED', 'INSUFFICIENT_BALANCE'])
    expect(pool.outcomes.get(first.hash)).toMatchObject({
      status: 'EXPIRED',
      rejection: { code: 'ERA_EXPIRED' },
    })
    expect(pool.outcomes.get(spends.hash)).toMatchObject({ status: 'REJECTED' })
    expect(hashes(pool.entries())).toEqual([other.hash])
  })

  test('a block’s action that moves the same units evicts the entry', () => {
    const { pool, finalize } = world()
    const mine = transfer({ from: ann, to: bob, amount: 5n })
    const follows = transfer({ from: ann, to: bob, fromStart: 5n })
    for (const offered of [mine, follows]) submit(pool, offered)
    const { included, evicted } = finalize([transfer({ from: ann, to: cem, amount: 6n })], 2)
    expect(included).toEqual([])
    expect(evicted.map(({ rejection }) => rejection.code)).toEqual(['STALE_START', 'STALE_START'])
    expect(submit(pool, transfer({ from: ann, to: bob, fromStart: 6n, era: 3 }), 2)).toBe('ADMITTED')
  })

  test('an expired registration frees its code and its retirement', () => {
    const { pool, finalize } = world()
    const retired = transfer({ from: issuer, to: RETIRED, era: 9 })
    const roast = register('roast', { madeFrom: [retired.hash] })
    submit(pool, retired, 8)
    expect(submit(pool, roast)).toBe('ADMITTED')
    finalize([], 10)
    expect(hashes(pool.entries())).toEqual([retired.hash])
    expect(submit(pool, register('roast', { madeFrom: [retired.hash], era: 12 }), 11)).toBe('ADMITTED')
  })

  test('a retirement used by a final registration stays used', () => {
    const { pool, finalize } = world()
    const retired = transfer({ from: issuer, to: RETIRED, amount: 3n })
    const roast = register('roast', { madeFrom: [retired.hash] })
    for (const offered of [retired, roast]) expect(submit(pool, offered)).toBe('ADMITTED')
    finalize([retired], 2)
    const again = (era: number) =>
      submit(pool, register('roast2', { madeFrom: [retired.hash], era }), era - 1)
    expect(again(3)).toBe('UNKNOWN_RETIREMENT')
    finalize([roast], 3)
    expect(again(4)).toBe('UNKNOWN_RETIREMENT')
  })
})

describe('withdrawing', () => {
  test('what could not be stored leaves with everything that depends on it', () => {
    const { pool } = world()
    const one = transfer({ from: ann, to: bob, amount: 5n })
    const two = transfer({ from: ann, to: bob, fromStart: 5n })
    const three = transfer({ from: cem, to: bob })
    for (const offered of [one, two, three]) submit(pool, offered)
    expect(hashes(pool.withdraw([one.hash]))).toEqual([one.hash, two.hash])
    expect(submit(pool, one)).toBe('ADMITTED')
  })
})

describe('actions out of order', () => {
  test('are parked when they come by gossip, and admitted with their predecessor', () => {
    const { pool } = world()
    const chain = [0n, 1n, 2n, 3n].map((fromStart) => transfer({ from: ann, to: bob, fromStart }))
    const spends = transfer({ from: bob, to: cem, amount: 1004n })
    for (const late of [spends, chain[3]!, chain[1]!, chain[2]!]) {
      expect(pool.admit(late, 'gossip', 1).status).toBe('PARKED')
    }
    expect(pool.parked).toBe(4)
    expect(pool.size).toBe(0)
    const result = pool.admit(chain[0]!, 'gossip', 1)
    expect(result).toMatchObject({ status: 'ADMITTED' })
    if (result.status === 'ADMITTED') expect(hashes(result.entries)).toHaveLength(5)
    expect(pool.parked).toBe(0)
  })

  test('of a client are parked if they start behind units that have not moved, and the answer says which; otherwise they are rejected', () => {
    const { pool, finalize } = world()
    const chain = [0n, 1n, 2n].map((fromStart) => transfer({ from: ann, to: bob, fromStart }))
    expect(pool.admit(chain[2]!, 'submit', 0)).toMatchObject({
      status: 'PARKED',
      rejection: { code: 'STALE_START', data: { expected: '0', got: '2' } },
    })
    expect(submit(pool, chain[2]!)).toBe('PARKED')
    const uncovered = [
      transfer({ from: ann, to: bob, amount: 2000n }),
      transfer({ from: cem, to: bob }, 'tea'),
    ]
    expect(uncovered.map((each) => submit(pool, each))).toEqual(['INSUFFICIENT_BALANCE', 'UNKNOWN_ASSET'])
    expect([pool.parked, pool.isParked(chain[2]!.hash)]).toEqual([1, true])
    submit(pool, chain[0]!)
    const result = pool.admit(chain[1]!, 'submit', 0)
    expect(result.status === 'ADMITTED' && hashes(result.entries)).toEqual([chain[1]!.hash, chain[2]!.hash])
    const late = transfer({ from: ann, to: bob, fromStart: 9n })
    expect(submit(pool, late)).toBe('PARKED')
    finalize([], 10)
    expect(pool.outcomes.get(late.hash)).toMatchObject({ status: 'EXPIRED' })
  })

  test('two hundred whose first comes last are all parked, then all admitted', () => {
    const { pool } = world()
    const chain = Array.from({ length: 200 }, (_, i) =>
      transfer({ from: ann, to: bob, fromStart: BigInt(i) }),
    )
    for (const late of chain.slice(1)) expect(pool.admit(late, 'gossip', 1, 'peer').status).toBe('PARKED')
    const result = pool.admit(chain[0]!, 'gossip', 1, 'peer')
    expect(result.status === 'ADMITTED' && hashes(result.entries)).toEqual(chain.map(({ hash }) => hash))
    expect([pool.parked, pool.parkedBytes]).toEqual([0, 0])
  })

  test('are parked once each, in any order, and admitted up to the next gap', () => {
    const { pool } = world()
    const chain = Array.from({ length: 9 }, (_, i) => transfer({ from: ann, to: bob, fromStart: BigInt(i) }))
    for (const i of [8, 3, 1, 7, 2, 6, 3]) expect(pool.admit(chain[i]!, 'gossip', 1).status).toBe('PARKED')
    expect(pool.parked).toBe(6)
    pool.admit(chain[0]!, 'gossip', 1)
    expect([pool.size, pool.parked]).toEqual([4, 3])
    // Parked actions are let in by those of clients, too.
    pool.admit(chain[4]!, 'submit', 0)
    expect([pool.size, pool.parked]).toEqual([5, 3])
    pool.admit(chain[5]!, 'gossip', 1)
    expect([pool.size, pool.parked]).toEqual([9, 0])
  })

  test('are admitted after a block with the missing ones; those in the block are dropped', () => {
    const { pool, finalize } = world()
    const chain = Array.from({ length: 8 }, (_, i) =>
      transfer({ from: ann, to: bob, fromStart: BigInt(i), era: 3 }),
    )
    const spends = transfer({ from: bob, to: cem, amount: 1008n, era: 3 })
    for (const late of [...chain.slice(3), spends]) pool.admit(late, 'gossip', 3)
    expect(pool.parked).toBe(6)
    finalize(chain.slice(0, 5), 3)
    expect(pool.parked).toBe(4)
    expect(hashes(pool.work(3))).toEqual([...chain.slice(5), spends].map(({ hash }) => hash))
    expect([pool.size, pool.parked]).toEqual([4, 0])
    expect(pool.work(3)).toEqual([])
  })
})

describe('parked actions', () => {
  test('are admitted with the asset or the issue they need, except an issue that the issuer did not sign', () => {
    const { pool } = world()
    const forged = { ...transfer({ from: MINT, to: cem, amount: 5n }, 'tea') }
    const stranger = people[3]!
    forged.action = { ...forged.action, publicKey: stranger.publicKey } as typeof forged.action
    const issue = transfer({ from: MINT, to: ann, amount: 7n }, 'tea')
    const spend = transfer({ from: ann, to: bob, amount: 7n }, 'tea')
    for (const early of [forged, spend, issue]) expect(pool.admit(early, 'gossip', 1).status).toBe('PARKED')
    const result = pool.admit(register('tea'), 'gossip', 1)
    expect(result.status === 'ADMITTED' && hashes(result.entries).slice(1)).toEqual([issue.hash, spend.hash])
  })

  test('do not include those that their holder did not sign', () => {
    const { pool } = world()
    const { publicKey } = people[3]!
    const late = transfer({ from: ann, to: bob, fromStart: 5n })
    const forged = { ...late, action: { ...late.action, publicKey } as typeof late.action }
    expect(pool.admit(forged, 'gossip', 1)).toMatchObject({ rejection: { code: 'STALE_START' } })
    expect(pool.parked).toBe(0)
  })

  test('are dropped when they expire', () => {
    const { pool, finalize } = world()
    for (let i = 1n; i < 40n; i++) pool.admit(transfer({ from: ann, to: bob, fromStart: i }), 'gossip', 1)
    expect(pool.parked).toBe(39)
    finalize([], 9)
    expect(pool.parked).toBe(39)
    finalize([], 10)
    expect([pool.parked, pool.parkedBytes]).toEqual([0, 0])
  })
})

describe('an action that is parked', () => {
  test('is not asked for another era when it is submitted again', () => {
    const { pool } = world()
    const [first, second] = [0n, 1n].map((fromStart) => transfer({ from: ann, to: bob, fromStart }))
    expect(submit(pool, second!, 0)).toBe('PARKED')
    expect(submit(pool, second!, 5)).toBe('PARKED')
    expect(submit(pool, first!, 5)).toBe('ERA_TOO_SOON')
    expect(pool.admit(first!, 'gossip', 5)).toMatchObject({ status: 'ADMITTED' })
    expect(submit(pool, second!, 5)).toBe('KNOWN')
  })
})
