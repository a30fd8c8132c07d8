import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytesToHex, hexToBytes, utf8 } from '../../../../src/codec/bytes.ts'
import { quorum } from '../../../../src/consensus/quorum.ts'
import { voteMessage } from '../../../../src/consensus/signed-bytes.ts'
import type { Certificate } from '../../../../src/consensus/types.ts'
import { sha256 } from '../../../../src/crypto/hash.ts'
import { blockHash } from '../../../../src/ledger/header.ts'
import type { CarriedBlock, PeerMessage, PeerStatus } from '../../../../src/network/peer-messages.ts'
import { Sync, type SyncParts } from '../../../../src/node/peers/sync.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { headerOf } from '../../../support/network/peer-world.ts'
import { cheapConfig, cheapSignature } from '../../../support/simulation/cheap.ts'

const N = 4
const GENESIS_HASH = '00'.repeat(32)
const config = { ...cheapConfig(N, undefined), chainId: 7n }

function certify(view: number, hash: string): Certificate {
  const subject = { kind: 'finalize' as const, view, hash }
  const signatures = Array.from({ length: quorum(N) }, (_, validator) => {
    return { validator, signature: cheapSignature(validator, voteMessage(7n, subject)) }
  })
  return { ...subject, signatures }
}

/** A chain in which only every third block has a certificate of its own, as when three become final together. */
function chainOf(length: number, bodyBytes = 0): CarriedBlock[] {
  const blocks: CarriedBlock[] = []
  for (let height = 1; height <= length; height++) {
    const body = utf8(`block ${height}`.padEnd(bodyBytes))
    const parentHash = hexToBytes(blocks.at(-1)?.hash ?? GENESIS_HASH)
    const header = { ...headerOf({ height, view: height, era: height }), parentHash, bodyHash: sha256(body) }
    blocks.push({
      header,
      hash: bytesToHex(blockHash(header)),
      certificate: certify(0, ''),
      body,
      notes: new Map(),
    })
  }
  return blocks.map((block, i) => {
    const final = blocks[Math.min(length - 1, i - (i % 3) + 2)]!
    return { ...block, certificate: certify(final.header.view, final.hash) }
  })
}

const chain = chainOf(90)
/** Longer than what is taken without a certificate. */
const long = chainOf(400)
const statusAt = (height: number): PeerStatus => ({
  header: chain[height - 1]!.header,
  certificate: chain[height - 1]!.certificate,
})

let tip: { height: number; hash: string }
let sync: Sync
let parts: SyncParts
let statuses: { peer: string; status: PeerStatus | null }[]
let asked: { peer: string; from: number }[]
let punished: string[]
/** Peers whose connection takes nothing. */
let full: Set<string>

beforeEach(() => {
  vi.useFakeTimers()
  tip = { height: 0, hash: GENESIS_HASH }
  asked = []
  punished = []
  full = new Set()
  statuses = ['ann', 'bea'].map((peer) => ({ peer, status: statusAt(90) }))
  parts = {
    clock: systemClock,
    verifying: config,
    maxBodyBytes: 10_000,
    tip: () => tip,
    statuses: () => statuses,
    send: (peer, message: PeerMessage) => {
      if (full.has(peer)) return false
      if (message.type === 'get-blocks') asked.push({ peer, from: message.from })
      return true
    },
    // Consensus would fetch the blocks below, apply and commit them.
    onCertificate: ({ hash, view }) => {
      for (let height = tip.height + 1; height <= view; height++) {
        const block = chain[height - 1]!
        expect(sync.take(block.hash)?.proposal.body).toEqual(block.body)
        tip = { height, hash: block.hash }
      }
      expect(tip.hash).toBe(hash)
      queueMicrotask(() => sync.committed())
    },
    punish: (peer) => punished.push(peer),
  }
  sync = new Sync(parts)
})
afterEach(() => {
  sync.stop()
  vi.useRealTimers()
})
const settle = () => vi.advanceTimersByTimeAsync(0)
const answer = async (blocks: readonly CarriedBlock[]) => {
  sync.received(asked.at(-1)!.peer, blocks)
  await settle()
}

describe('catching up', () => {
  test('takes blocks in order, passes on the certificate of each short run, and ends when it is near the tip', async () => {
    sync.statusReceived('ann', statusAt(90))
    expect(sync.isBehind).toBe(true)
    expect(asked).toHaveLength(1)
    await answer(chain.slice(0, 64))
    expect(asked.at(-1)!.from).toBe(65)
    await answer(chain.slice(64))
    expect(tip.height).toBe(90)
    expect(sync.isBehind).toBe(false)
    expect(punished).toEqual([])
  })

  test('does not start for a status that is near, or whose certificate does not verify', () => {
    sync.statusReceived('ann', statusAt(15))
    expect(sync.isBehind).toBe(false)
    const forged = { ...statusAt(90), certificate: { ...statusAt(90).certificate, view: 91 } }
    sync.statusReceived('ann', forged)
    sync.statusReceived('bea', { ...statusAt(90), header: statusAt(89).header })
    expect(sync.isBehind).toBe(false)
    expect(punished).toEqual(['ann', 'bea'])
  })

  test.each([
    ['another body', (block: CarriedBlock) => ({ ...block, body: utf8('forged') })],
    [
      'another parent',
      (block: CarriedBlock) => ({ ...block, header: { ...block.header, parentHash: sha256(utf8('x')) } }),
    ],
    [
      'a height left out',
      (block: CarriedBlock) => ({ ...block, header: { ...block.header, height: block.header.height + 1 } }),
    ],
    [
      'a certificate that is not signed',
      (block: CarriedBlock) => {
        const [first, ...rest] = block.certificate.signatures
        const signatures = [{ ...first!, signature: new Uint8Array(64) }, ...rest]
        return { ...block, certificate: { ...block.certificate, hash: block.hash, signatures } }
      },
    ],
  ])('continues with another peer when one sends %s', async (_, forge) => {
    sync.statusReceived('ann', statusAt(90))
    const [liar] = asked.map(({ peer }) => peer)
    await answer(chain.slice(0, 64).map((block, i) => (i === 40 ? forge(block) : block)))
    expect(punished).toEqual([liar])
    statuses = statuses.filter(({ peer }) => peer !== liar)
    while (sync.isBehind) {
      expect(asked.at(-1)!.peer).not.toBe(liar)
      const { from } = asked.at(-1)!
      await answer(chain.slice(from - 1, from + 63))
    }
    expect(tip.height).toBe(90)
  })

  test('rejects a long chain that no quorum signed', async () => {
    sync.statusReceived('ann', statusAt(90))
    const liar = asked.at(-1)!.peer
    const unsigned = chainOf(1_000).map((block) => ({
      ...block,
      certificate: certify(2_000, 'ab'.repeat(32)),
    }))
    statuses = [{ peer: liar, status: statusAt(90) }]
    let at = 0
    while (punished.length === 0 && at < 1_000 && asked.length > at / 64) {
      await answer(unsigned.slice(at, at + 64))
      at += 64
    }
    expect(tip.height).toBe(0)
    expect(at).toBeLessThanOrEqual(320)
  })
})

test.each([
  ['256 blocks have no certificate', 10, 256],
  ['a few large blocks have none', 6_000, 55],
])('catching up does not stand where %s: it asks on until it blames the peer', (_, bodyBytes, most) => {
  const forged = certify(2_000, 'ab'.repeat(32))
  const unsigned = chainOf(400, bodyBytes).map((block) => ({ ...block, certificate: forged }))
  const { header, certificate } = long.at(-2)!
  const status = { header, certificate: { ...certificate, ...certify(header.view, long.at(-2)!.hash) } }
  const one = new Sync({ ...parts, statuses: () => [{ peer: 'p', status }] })
  one.statusReceived('p', status)
  let taken = 0
  while (punished.length === 0) {
    const { length } = asked
    const { from } = asked.at(-1)!
    taken = from - 1
    one.received('p', unsigned.slice(from - 1, from + 63))
    expect(asked.length > length || punished.length > 0).toBe(true)
  }
  expect(punished).toEqual(['p'])
  expect(taken).toBeLessThanOrEqual(most)
  one.stop()
})

describe('choosing a peer to catch up from', () => {
  test('asks another peer when one does not answer, disconnects, or has no blocks', async () => {
    sync.statusReceived('ann', statusAt(90))
    const first = asked.at(-1)!.peer
    await vi.advanceTimersByTimeAsync(10_001)
    const second = asked.at(-1)!.peer
    expect(asked).toHaveLength(2)
    expect(second).not.toBe(first)
    sync.disconnected(second)
    expect(asked.length).toBeGreaterThanOrEqual(2)
    // The silent one is asked again after a while.
    statuses = statuses.filter(({ peer }) => peer === first)
    await vi.advanceTimersByTimeAsync(40_000)
    sync.wake()
    expect(asked.at(-1)!.peer).toBe(first)
    await answer([])
    const { length } = asked
    sync.wake()
    expect(asked).toHaveLength(length)
  })

  test('asks another peer at once when the asked one disconnects or its send buffer is full', () => {
    full = new Set(['ann'])
    sync.statusReceived('ann', statusAt(90))
    expect(asked).toEqual([{ peer: 'bea', from: 1 }])
    statuses = ['cyd'].map((peer) => ({ peer, status: statusAt(90) }))
    sync.disconnected('bea')
    expect(asked.slice(1)).toEqual([{ peer: 'cyd', from: 1 }])
  })

  test('asks nobody once stopped', () => {
    sync.statusReceived('ann', statusAt(90))
    sync.stop()
    for (const peer of ['ann', 'bea']) sync.disconnected(peer)
    expect(asked).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
