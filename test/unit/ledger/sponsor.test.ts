import { expect, it } from 'vitest'
import { sponsorOf } from '../../../src/ledger/sponsor.ts'
import {
  definitionOf,
  eddsaKey,
  signRegister,
  signTransfer,
  World,
} from '../../support/ledger/ledger-world.ts'

const issuer = eddsaKey('issuer')
const holder = eddsaKey('holder')

it('the sponsor of an action is the account that registered its asset, or registers it', () => {
  const world = new World()
  const asset = world.register(issuer)
  const moved = signTransfer(holder, world.transfer(holder.account, issuer.account, asset))
  expect(sponsorOf(moved, world.state)).toBe(issuer.account)
  const unknown = signTransfer(holder, world.transfer(holder.account, issuer.account, 5n))
  expect(sponsorOf(unknown, world.state)).toBeUndefined()
  const { chainId } = world.rules
  const registration = signRegister(holder, { chainId, definition: definitionOf(holder), era: 1 })
  expect(sponsorOf(registration, world.state)).toBe(holder.account)
})
