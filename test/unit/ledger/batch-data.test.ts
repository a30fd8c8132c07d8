import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src/codec/bytes.ts'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import {
  dataPointOf,
  dataValueOf,
  encodeBatchData,
  RECORD_DATA_BYTES,
} from '../../../src/ledger/batch-data.ts'
import { packRecord, recordHash, recordWords, TRANSFER_TAG } from '../../../src/ledger/hashes.ts'
import { storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const { records, rules } = storyOfEveryKind()

describe('the data of a batch', () => {
  it('has seven words of each record, whose hash is its leaf', () => {
    const data = encodeBatchData(records)
    expect(RECORD_DATA_BYTES).toBe(224)
    expect(data.length).toBe(records.length * RECORD_DATA_BYTES)
    for (const [i, record] of records.entries()) {
      const words = recordWords(record)
      const { from, to, assetId, fromStart, amount, era, memo } = record
      expect(words).toEqual([
        from,
        to,
        assetId,
        fromStart + amount * 2n ** 120n,
        BigInt(era),
        memo,
        packRecord(record),
      ])
      expect(data.slice(i * RECORD_DATA_BYTES, (i + 1) * RECORD_DATA_BYTES)).toEqual(
        concatBytes(...words.map(fieldToBytes)),
      )
      const content = poseidon.hash([TRANSFER_TAG, rules.chainId, ...words.slice(0, 6)])
      expect(poseidon.hash([content, words[6]!])).toBe(recordHash(poseidon, record, rules.chainId))
    }
  })

  it('has a point that depends on the records root and on every byte', () => {
    const data = encodeBatchData(records.slice(0, 1))
    expect(dataPointOf(5n, data)).toBe(h31(concatBytes(fieldToBytes(5n), data)))
    const points = new Set([dataPointOf(5n, data), dataPointOf(6n, data)])
    for (let at = 0; at < data.length; at += 32) points.add(dataPointOf(5n, data.with(at, data[at]! ^ 1)))
    expect(points.size).toBe(2 + data.length / 32)
  })

  it('has the value of the polynomial of its words, with words of 0 for empty slots', () => {
    const words = records.slice(0, 2).flatMap(recordWords)
    const point = 1_234_567n
    let [power, value] = [1n, 0n]
    for (const word of [...words, ...Array.from({ length: 14 }, () => 0n)].reverse()) {
      value = (value + word * power) % R
      power = (power * point) % R
    }
    const data = encodeBatchData(records.slice(0, 2))
    expect(dataValueOf(data, 4, point)).toBe(value)
    expect(dataValueOf(data, 2, point)).not.toBe(value)
  })
})
