import { expect, it } from 'vitest'
import { AddressCache, MAX_ADDRESS_BYTES } from '../../../src/api/request/address-cache.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'

it(`keeps at most ${MAX_ADDRESS_BYTES / 1024 / 1024} MiB of addresses`, () => {
  const addresses = new AddressCache()
  for (let i = 0; i < 35_000; i++) addresses.of(BigInt(i))
  expect(addresses.bytes).toBeLessThanOrEqual(MAX_ADDRESS_BYTES)
  expect(addresses.bytes).toBeGreaterThan(MAX_ADDRESS_BYTES / 2)
  for (const account of [0n, 34_999n, 34_999n]) expect(addresses.of(account)).toBe(encodeAddress(account))
})
