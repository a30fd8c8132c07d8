import { describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { leafHash, packRecord, recordHash, registerHash, transferHash } from '../../../src/ledger/hashes.ts'
import { MAX_AMOUNT, MAX_COUNTER, MAX_ERA } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const record: LedgerRecord = {
  position: 9,
  kind: 'transfer',
  hash: 12345n,
  from: 5n,
  to: 6n,
  assetId: 7n,
  amount: 8n,
  fromStart: 9n,
  toStart: MAX_COUNTER,
  era: 3,
  blockEra: MAX_ERA,
  memo: 0n,
  fromHolding: 2 ** 32 - 1,
  toHolding: 2 ** 32 - 1,
  flags: 2,
}

describe('hashes', () => {
  it('match the formulas of PROTOCOL.md', () => {
    const t = { chainId: 1n, from: 2n, to: 3n, assetId: 4n, fromStart: 5n, amount: 6n, era: 7, memo: 8n }
    const units = 5n + 2n ** 120n * 6n
    expect(transferHash(poseidon, t)).toBe(
      poseidon.hash([h31('inpigritas/transfer/v1'), 1n, 2n, 3n, 4n, units, 7n, 8n]),
    )
    expect(registerHash(poseidon, 1n, 4n, 7)).toBe(poseidon.hash([h31('inpigritas/register/v1'), 1n, 4n, 7n]))
    const holding = { index: 3, account: 2n, assetId: 4n, inTotal: 5n, outTotal: 6n }
    expect(leafHash(poseidon, holding)).toBe(poseidon.hash([2n, 4n, 5n + 2n ** 120n * 6n]))
    expect(recordHash(poseidon, record, 1n)).toBe(poseidon.hash([12345n, packRecord(record)]))
  })

  it('pack the widest values below the field order, without overlap', () => {
    expect(MAX_COUNTER + 2n ** 120n * MAX_AMOUNT < R).toBe(true)
    expect(MAX_COUNTER + 2n ** 120n * MAX_COUNTER < R).toBe(true)
    const packed = packRecord(record)
    expect(packed < R).toBe(true)
    expect(packed & 0xffffffffn).toBe(2n ** 32n - 1n)
    expect((packed >> 32n) & 0xffffffffn).toBe(2n ** 32n - 1n)
    expect((packed >> 64n) & MAX_COUNTER).toBe(MAX_COUNTER)
    expect((packed >> 184n) & 3n).toBe(2n)
    expect(packed >> 186n).toBe(BigInt(MAX_ERA))
  })

  it("of a registration's leaf covers all fields of its record, not only the signed ones", () => {
    const register = { ...record, kind: 'register' as const }
    const content = transferHash(poseidon, {
      chainId: 1n,
      from: 5n,
      to: 6n,
      assetId: 7n,
      fromStart: 9n,
      amount: 8n,
      era: 3,
      memo: 0n,
    })
    expect(recordHash(poseidon, register, 1n)).toBe(poseidon.hash([content, packRecord(record)]))
    expect(recordHash(poseidon, { ...register, memo: 1n }, 1n)).not.toBe(recordHash(poseidon, register, 1n))
  })
})
