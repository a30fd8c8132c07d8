import { beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { verifyEd25519 } from '../../../src/crypto/ed25519-verify.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { formatCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign, cosignerKey } from '../../../src/log/cosignature.ts'
import {
  COSIGNED_SIZES,
  CosignedLog,
  checkpointNote,
  type SizedCosignature,
} from '../../../src/log/cosigned.ts'
import { parseNote } from '../../../src/log/note.ts'
import { judgeCheckpoint } from '../../../src/log/policy.ts'

const ORIGIN = 'inpigritas/test'
const SEEDS = [1, 2, 3, 4].map((i) => sha256(Uint8Array.of(i)))
const KEYS = SEEDS.map(ed25519PublicKey)
const rootAt = (size: number, history = 'a') => sha256(utf8(`${history} ${size}`))

function said(validator: number, size: number, { history = 'a', time = 1_000 } = {}): SizedCosignature {
  const root = rootAt(size, history)
  const text = formatCheckpoint({ origin: ORIGIN, size, root })
  const sign = (message: Uint8Array) => signEd25519(SEEDS[validator]!, message)
  return { size, root, ...cosign(text, time, sign) }
}

let log: CosignedLog
let verified: number
beforeEach(() => {
  verified = 0
  log = new CosignedLog({
    origin: ORIGIN,
    count: 4,
    quorum: 3,
    verify: (validator, message, signature) => {
      verified += 1
      return verifyEd25519(KEYS[validator]!, message, signature)
    },
  })
})

describe('what validators say of the log', () => {
  it('becomes a checkpoint with a quorum, which grows by what comes later', () => {
    log.advance(5, rootAt(5))
    expect([0, 1].map((i) => log.add(i, said(i, 5)))).toEqual(['new', 'new'])
    expect(log.newest).toBeUndefined()
    log.add(3, said(3, 5))
    expect(log.newest?.cosignatures.map(([i]) => i)).toEqual([0, 1, 3])
    log.add(2, said(2, 5))
    const key = (i: number) => cosignerKey(ORIGIN, KEYS[i]!)
    const policy = {
      logs: [key(0)],
      witnesses: new Map(KEYS.map((_, i) => [`${i}`, key(i)])),
      groups: new Map([['all', { threshold: 4, members: ['0', '1', '2', '3'] }]]),
      quorum: 'all',
    }
    expect(judgeCheckpoint(policy, parseNote(checkpointNote(ORIGIN, KEYS, log.newest!))).valid).toBe(true)
  })

  it('is kept for a size that the own log does not have yet, and counts once it has it', () => {
    log.advance(8, rootAt(8))
    for (const i of [0, 1, 2]) expect(log.add(i, said(i, 9))).toBe('new')
    expect(log.newest).toBeUndefined()
    expect(log.advance(9, rootAt(9))).toEqual([])
    expect(log.newest?.size).toBe(9)
  })

  it('never goes back to a smaller size', () => {
    for (const size of [8, 9]) log.advance(size, rootAt(size))
    for (const size of [9, 8]) for (const i of [0, 1, 2]) log.add(i, said(i, size))
    expect(log.newest?.size).toBe(9)
  })

  it('is refused if it is forged', () => {
    log.advance(5, rootAt(5))
    expect(log.add(1, said(0, 5))).toBe('forged')
    expect(log.add(0, { ...said(0, 5), time: 1_001 })).toBe('forged')
    expect(log.add(0, { ...said(0, 5), size: 6 })).toBe('forged')
    expect(log.held[0]).toBe(0)
  })

  it('costs no signature check if it is known or old', () => {
    for (let size = 1; size <= 2 * COSIGNED_SIZES; size++) {
      log.advance(size, rootAt(size))
      log.add(0, said(0, size))
    }
    const before = verified
    expect(log.add(0, said(0, 2 * COSIGNED_SIZES, { time: 2_000 }))).toBe('known')
    expect(log.add(0, said(0, COSIGNED_SIZES))).toBe('old')
    expect(log.add(1, said(1, COSIGNED_SIZES))).toBe('old')
    expect(verified).toBe(before)
  })

  it('takes room for 8 sizes per validator', () => {
    for (let size = 1; size <= 5; size++) log.advance(size, rootAt(size))
    for (const i of [0, 1, 2, 3]) for (let size = 1; size <= 13; size++) log.add(i, said(i, size))
    expect(log.held).toEqual([32, 32])
    for (let size = 6; size <= 13; size++) log.advance(size, rootAt(size))
    expect(log.newest?.size).toBe(13)
  })

  it('costs no signature check, and takes no room, if it is far ahead', () => {
    log.advance(5, rootAt(5))
    expect(log.add(3, said(3, 5 + COSIGNED_SIZES))).toBe('new')
    for (const size of [6 + COSIGNED_SIZES, 1_000, 2 ** 40]) expect(log.add(3, said(3, size))).toBe('early')
    expect([verified, log.held[0]]).toEqual([1, 1])
  })
})

describe('a second history', () => {
  it('is noticed at a size that the own log has', () => {
    log.advance(5, rootAt(5))
    expect(log.add(2, said(2, 5, { history: 'b' }))).toBe('split')
    expect(log.splitOf(2)).toMatchObject({ size: 5, root: rootAt(5, 'b') })
    // What is known of it already costs nothing.
    const before = verified
    expect(log.add(2, said(2, 5, { history: 'b', time: 2_000 }))).toBe('known')
    expect(verified).toBe(before)
    for (const i of [0, 1]) log.add(i, said(i, 5))
    expect(log.newest).toBeUndefined()
  })

  it('is noticed, although its validator has filled its place with sizes ahead', () => {
    log.advance(5, rootAt(5))
    for (let size = 6; size < 100; size++) log.add(2, said(2, size, { history: 'b' }))
    expect(log.add(2, said(2, 5, { history: 'b' }))).toBe('old')
    expect(log.advance(6, rootAt(6))).toEqual([2])
  })

  it('is noticed once the own log gets there', () => {
    log.add(2, said(2, 6, { history: 'b' }))
    log.add(1, said(1, 6))
    expect(log.advance(6, rootAt(6))).toEqual([2])
    expect(log.splitOf(2)?.root).toEqual(rootAt(6, 'b'))
    expect(log.lastOf(2)).toBeUndefined()
    expect(log.lastOf(1)?.size).toBe(6)
  })

  it('is noticed if one validator says both, whatever the own log is', () => {
    expect(log.add(2, said(2, 7))).toBe('new')
    expect(log.add(2, said(2, 7, { history: 'b' }))).toBe('split')
    expect(log.splitOf(2)?.root).toEqual(rootAt(7, 'b'))
  })
})
