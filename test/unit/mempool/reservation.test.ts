import { describe, expect, test } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { reservationMemo } from '../../../src/ledger/reservation.ts'
import { selectForBlock } from '../../../src/mempool/select.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  hashes,
  type Person,
  people,
  register,
  submit,
  transfer,
  world,
} from '../../support/mempool/pool-world.ts'

const [, ann, bob, thief] = people as [Person, Person, Person, Person]
const DELAY = 5
const SALT = 'a secret'
const CODE = 'LOT-1'
const addressOf = ({ account }: Person) => encodeAddress(account)

/** A chain on which each of these has registered its own address, and reserved the code in this era. */
function reservedBy(...owners: [Person, era: number][]) {
  const made = world({ rules: { reservations: { delay: DELAY, life: 100 }, ttl: 50 } })
  made.finalize(
    [ann, bob, thief].map((by) => register(addressOf(by), { by })),
    2,
  )
  for (const [by, era] of owners) {
    const memo = reservationMemo(by.account, CODE, SALT)
    const carrying = transfer({ from: MINT, to: by.account, era, memo }, addressOf(by), { issuedBy: by })
    made.finalize([carrying], era)
  }
  return made
}

const reveal = (by: Person, era = 20) => register(CODE, { by, era, metadata: { reservation: SALT } })

function assetOf({ action }: ReturnType<typeof register>): bigint {
  if (action.type !== 'register') throw new Error('not a registration')
  return assetIdOf(poseidon, action.definition)
}

describe('a registration that reveals a reservation', () => {
  test('keeps its place from whoever sees it waiting and has no reservation, or one that is too young', () => {
    const { pool } = reservedBy([ann, 3], [thief, 18])
    const own = reveal(ann)
    expect(submit(pool, reveal(bob), 19)).toBe('NOT_RESERVED')
    expect(submit(pool, reveal(thief), 19)).toBe('RESERVATION_TOO_SOON')
    expect(submit(pool, own, 19)).toBe('ADMITTED')
    for (const other of [bob, thief]) expect(submit(pool, reveal(other), 19)).toBe('CODE_TAKEN')
    expect(hashes(pool.entries())).toEqual([own.hash])
  })

  test('takes the place of one with a younger reservation, and what rests on that leaves with it', () => {
    const { pool, left, state, rules } = reservedBy([ann, 3], [bob, 4])
    const [older, younger] = [reveal(ann), reveal(bob)]
    const issue = transfer({ from: MINT, to: ann.account, era: 20, assetId: assetOf(younger) }, CODE, {
      by: bob,
    })
    expect(submit(pool, younger, 19)).toBe('ADMITTED')
    expect(submit(pool, issue, 19)).toBe('ADMITTED')
    expect(submit(pool, older, 19)).toBe('ADMITTED')
    expect(left.map(({ action, status, rejection: { code } }) => [action.hash, status, code])).toEqual([
      [younger.hash, 'EVICTED', 'CODE_TAKEN'],
      [issue.hash, 'EVICTED', 'INSUFFICIENT_BALANCE'],
    ])
    expect(submit(pool, younger, 19)).toBe('CODE_TAKEN')
    const { entries } = selectForBlock(pool.shares, state, { era: 20, maxBodyBytes: 10_000, rules })
    expect(hashes(entries)).toEqual([older.hash])
  })

  test('takes no place from one whose reservation is as old', () => {
    const { pool } = reservedBy([ann, 3])
    expect(submit(pool, reveal(ann, 20), 19)).toBe('ADMITTED')
    const metadata = { reservation: SALT, other: '' }
    expect(submit(pool, register(CODE, { by: ann, era: 21, metadata }), 19)).toBe('CODE_TAKEN')
  })

  test('takes the place only if it applies itself', () => {
    const { pool } = reservedBy([ann, 3], [bob, 4])
    const younger = reveal(bob)
    expect(submit(pool, younger, 19)).toBe('ADMITTED')
    const unfounded = register(CODE, { by: ann, era: 20, metadata: { reservation: SALT }, madeFrom: [7n] })
    expect(submit(pool, unfounded, 19)).toBe('UNKNOWN_RETIREMENT')
    expect(hashes(pool.entries())).toEqual([younger.hash])
  })
})
