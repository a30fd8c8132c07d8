import { describe, expect, test } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { type ReservationRules, reservationMemo } from '../../../src/ledger/reservation.ts'
import type { Candidate } from '../../../src/mempool/entry.ts'
import { selectForBlock } from '../../../src/mempool/select.ts'
import { type Person, people, register, submit, transfer, world } from '../../support/mempool/pool-world.ts'

const [, ann, thief] = people as [Person, Person, Person]
const CODE = 'LOT-1'
const SALT = 'a secret'
const addressOf = ({ account }: Person) => encodeAddress(account)
const reveal = (by: Person, era: number) => register(CODE, { by, era, metadata: { reservation: SALT } })

/** Carries a reservation of the code in the first or second issue of the account's own asset. */
function carry(by: Person, era: number): Candidate {
  const memo = reservationMemo(by.account, CODE, SALT)
  return transfer({ from: MINT, to: by.account, era, memo }, addressOf(by), { issuedBy: by })
}

type Node = ReturnType<typeof world>

/** What a leader without scruples tries, the best first. It leaves out Ann's registration. */
function attemptsOf(era: number, hasReserved: boolean): Candidate[][] {
  const steal = reveal(thief, era)
  return hasReserved ? [[steal], []] : [[steal], [carry(thief, era), steal], [carry(thief, era)], []]
}

/**
 * Ann's registration, reserved long before, is shown in era 20, in which the thief leads four validators for the first time. The other leaders make
 * no blocks in the `silent` eras after that.
 * @returns who has the code
 */
function race(reservations: ReservationRules | undefined, silent = 0): Person | undefined {
  const nodes = Array.from({ length: 4 }, (): Node => world({ rules: { reservations, ttl: 50 } }))
  const finalize = (actions: readonly Candidate[], era: number) => {
    for (const node of nodes) node.finalize(actions, era)
  }
  finalize(
    [ann, thief].map((by) => register(addressOf(by), { by })),
    2,
  )
  finalize([carry(ann, 3)], 3)
  const own = reveal(ann, 20)
  for (const { pool } of nodes) expect(submit(pool, own, 19)).toBe('ADMITTED')
  const [witness, ...honest] = nodes as [Node, ...Node[]]
  const isValid = (actions: readonly Candidate[], era: number) =>
    honest.every(({ state, rules }) => applyBlock(state, { era, actions }, rules).ok)
  let hasReserved = false
  for (let era = 20; witness.state.assetByCode(CODE) === undefined && era < 60; era += 1) {
    const isThiefs = era % 4 === 0
    if (!isThiefs && era <= 20 + silent) continue
    const { pool, state, rules } = honest[era % 3]!
    const offered: readonly (readonly Candidate[])[] = isThiefs
      ? attemptsOf(era, hasReserved)
      : [selectForBlock(pool.shares, state, { era, maxBodyBytes: 10_000, rules }).entries]
    const block = offered.find((actions) => isValid(actions, era))!
    hasReserved ||= isThiefs && block.length > 0
    finalize(block, era)
  }
  const issuers = new Set(nodes.map(({ state }) => state.assetByCode(CODE)?.issuer))
  expect(issuers.size).toBe(1)
  return [ann, thief].find(({ account }) => issuers.has(account))
}

describe('a leader that takes the code of a registration at sight', () => {
  test('has it where codes need no reservation', () => {
    expect(race(undefined)).toBe(thief)
  })

  test('loses it where they do', () => {
    expect(race({ delay: 1, life: 50 })).toBe(ann)
    expect(race({ delay: 8, life: 50 })).toBe(ann)
  })

  test('has it only if no other leader makes a block until its own reservation is old enough', () => {
    expect(race({ delay: 8, life: 50 }, 6)).toBe(ann)
    expect(race({ delay: 8, life: 50 }, 7)).toBe(thief)
    expect(race({ delay: 9, life: 50 }, 7)).toBe(ann)
  })
})
