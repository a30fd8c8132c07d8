import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/codec/error.ts'
import { RejectionError } from '../../src/ledger/rejection.ts'
import { FrameReader, framesOf, type Message } from '../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  type PeerLimits,
  type PeerMessage,
} from '../../src/network/peer-messages.ts'
import { headerOf } from '../support/network/peer-world.ts'

/** Inputs of each kind; `npm run fuzz` tries a million. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 3_000)
const limits: PeerLimits = { validators: 4, maxBodyBytes: 100_000, maxRecords: 100 }

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString('hex'))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const view = fc.nat({ max: 2 ** 40 })
const certificate = fc
  .record({
    kind: fc.constantFrom('notarize', 'finalize'),
    view,
    hash: hex(32),
    signatures: fc.array(bytes(64), { minLength: 3, maxLength: 3 }),
  })
  .filter(({ hash }) => !/^0+$/.test(hash))
  .map(({ signatures, ...rest }) => ({
    ...rest,
    kind: rest.kind as 'notarize' | 'finalize',
    signatures: signatures.map((signature, i) => ({ validator: i + 1, signature })),
  }))
const header = fc.record({ height: fc.nat(), view, era: view }).map(headerOf)
const status = fc.option(fc.record({ header, certificate }), { nil: null })
const clockMs = fc.nat({ max: 2 ** 47 })
const actions = fc.array(
  fc.record({
    bytes: fc.uint8Array({ maxLength: 300 }),
    note: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  }),
  { maxLength: 5 },
)

/** Every kind of message an honest peer sends. */
const message: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc.record({ type: fc.constant('ping' as const), clockMs, status }),
  fc.record({ type: fc.constant('pong' as const), sentMs: clockMs, clockMs }),
  fc.record({
    type: fc.constantFrom('have' as const, 'want' as const),
    ids: fc.array(hex(32), { maxLength: 20 }),
  }),
  fc.record({ type: fc.constant('actions' as const), actions }),
  fc.record({ type: fc.constant('get-block' as const), hash: hex(32) }),
  fc.record({ type: fc.constant('get-blocks' as const), from: view, count: fc.nat({ max: 65_535 }) }),
  fc.record({ type: fc.constant('duplicate' as const), key: hex(32) }),
  fc.record({ type: fc.constant('list' as const) }),
  fc.record({
    type: fc.constant('cosignatures' as const),
    size: view,
    root: bytes(32),
    cosignatures: fc
      .array(fc.record({ time: view, signature: bytes(64) }), { maxLength: 4 })
      .map((list) => list.map((one, validator) => ({ validator, ...one }))),
  }),
  fc
    .record({ instance: hex(16), clockMs, software: fc.string({ maxLength: 15 }), status })
    .map((rest) => ({ type: 'hello' as const, version: 1, chainId: 7n, ...rest })),
  certificate.map((one) => ({
    type: 'consensus' as const,
    message: { type: 'certificate' as const, certificate: one },
  })),
)

/** Nothing but a rejection may come of bytes from outside. */
function decodes(input: Uint8Array): PeerMessage | undefined {
  try {
    return decodePeerMessage(input, limits)
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RejectionError) return undefined
    throw error
  }
}

describe('messages of peers', () => {
  test('decode to what was encoded, and have one encoding', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const encoded = encodePeerMessage(sent, limits)
        const received = decodePeerMessage(encoded, limits)
        expect(received).toEqual(sent)
        expect(encodePeerMessage(received, limits)).toEqual(encoded)
      }),
      { numRuns: Math.min(RUNS, 10_000) },
    )
  })

  test('that are random bytes are rejected and never crash the decoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat({ max: 15 }), (noise, type) => {
        decodes(noise)
        decodes(new Uint8Array([type, ...noise]))
      }),
      { numRuns: RUNS },
    )
  })

  test('that were altered are rejected, or decode to what they now contain', () => {
    fc.assert(
      fc.property(
        message,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (sent, changes, cut) => {
          const encoded = encodePeerMessage(sent, limits)
          for (const [at, value] of changes) encoded[at % encoded.length] = value
          const received = decodes(encoded)
          if (received !== undefined) expect(encodePeerMessage(received, limits)).toEqual(encoded)
          decodes(encoded.subarray(0, cut % encoded.length))
        },
      ),
      { numRuns: RUNS },
    )
  })
})

describe('frames', () => {
  test('carry messages whole and in order, however the network splits them', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 150_000 }), fc.boolean()), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 }),
        (messages, cuts) => {
          const reader = new FrameReader({ urgent: 200_000, bulk: 200_000 })
          const sent = messages.map(([size, bulk], i) => ({
            lane: bulk ? ('bulk' as const) : ('urgent' as const),
            message: new Uint8Array(size).fill(i + 1),
          }))
          const stream = Buffer.concat(sent.flatMap(({ lane, message }) => [...framesOf(message, lane)]))
          const received: Message[] = []
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length]!
            received.push(...reader.push(stream.subarray(at, at + size)))
            at += size
          }
          const isSame = (one: (typeof sent)[number], i: number) =>
            received[i]?.lane === one.lane && Buffer.compare(received[i].message, one.message) === 0
          expect(received.length === sent.length && sent.every(isSame)).toBe(true)
          expect(reader.pendingBytes).toBe(0)
        },
      ),
      { numRuns: Math.min(RUNS, 200) },
    )
  })

  test('that are random bytes are rejected or buffered, within the caps', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 20 }), (chunks) => {
        const reader = new FrameReader({ urgent: 10_000, bulk: 20_000 })
        try {
          for (const chunk of chunks) {
            for (const { message } of reader.push(chunk)) decodes(message)
            expect(reader.pendingBytes).toBeLessThan(10_000 + 20_000 + 65_536)
          }
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
        }
      }),
      { numRuns: RUNS },
    )
  })
})
