import { describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { MAX_RESERVATIONS, reservationMemo } from '../../../src/ledger/reservation.ts'
import { loadLedgerState } from '../../../src/storage/load-state.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  genesisOf,
  signRegister,
  signTransfer,
  type TestKey,
} from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')]
const TTL = 3
const LIFE = 4
const own = (key: TestKey) =>
  definitionOf(key, { code: encodeAddress(key.account), reinstatable: true, cap: '100' })
const ANNS = assetIdOf(poseidon, own(ann))

async function openChain() {
  const genesis = genesisOf({ ttl: TTL, reservations: { delay: 1, life: LIFE } })
  const { database } = await chainDatabase(genesis)
  const chain = new StoredChain(database, genesis)
  const era = () => chain.header.era + 1
  const { chainId } = chain.rules
  const register = (key: TestKey) =>
    chain.commit([hashAction(poseidon, signRegister(key, { chainId, definition: own(key), era: era() }))])
  /** Moves a unit of Ann's asset; the memo reserves a code for the signer. */
  const carry = (signer: TestKey, code: string, from: bigint, to: bigint) => {
    const fromStart = chain.state.holding(from, ANNS)!.outTotal
    const memo = reservationMemo(signer.account, code, 'salt')
    const transfer = { chainId, from, to, assetId: ANNS, fromStart, amount: 1n, era: era(), memo }
    return chain.commit([hashAction(poseidon, signTransfer(signer, transfer))])
  }
  return { chain, database, register, carry }
}

describe('reservations in the database', () => {
  it('load as they were kept: of issues, transfers, retirements and reinstatements, by accounts with an asset, as long as they can be used', async () => {
    const { chain, database, register, carry } = await openChain()
    const expectSame = async () => {
      const loaded = await loadLedgerState(database, chain.rules)
      const usable = chain.header.era - TTL - LIFE
      for (const { account } of [ann, bob]) {
        const kept = chain.state.reservations(account).filter(({ era }) => era > usable)
        expect(loaded.reservations(account)).toEqual(kept)
      }
      return loaded
    }
    await register(ann)
    await carry(ann, 'ISSUE', MINT, ann.account)
    await carry(ann, 'TRANSFER', ann.account, bob.account)
    await carry(bob, 'TOO EARLY', bob.account, ann.account)
    await carry(ann, 'RETIRE', ann.account, RETIRED)
    await carry(ann, 'REINSTATE', RETIRED, bob.account)
    expect((await expectSame()).reservations(ann.account)).toHaveLength(4)
    await register(bob)
    await carry(bob, 'IN TIME', bob.account, ann.account)
    const loaded = await expectSame()
    expect(loaded.reservations(bob.account)).toHaveLength(1)
    for (let i = 0; i <= MAX_RESERVATIONS; i++) await carry(ann, `LOT-${i}`, MINT, bob.account)
    expect((await expectSame()).reservations(ann.account)).toHaveLength(TTL + LIFE)
    expect(chain.state.reservations(ann.account)).toHaveLength(MAX_RESERVATIONS)
  })
})
