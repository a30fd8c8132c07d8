import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import {
  certificateBytes,
  decodeCertificate,
  decodeProposal,
  decodeVote,
  encodeCertificate,
  encodeProposal,
  encodeVote,
} from '../../../src/consensus/codec.ts'
import { decodeMessage, encodeMessage } from '../../../src/consensus/message-codec.ts'
import { quorum } from '../../../src/consensus/quorum.ts'
import { proposalMessage, VOTE_KINDS, voteMessage } from '../../../src/consensus/signed-bytes.ts'
import type { Certificate, Message, Vote } from '../../../src/consensus/types.ts'
import { certificate, proposal, vote } from '../../support/consensus/replicas.ts'

const HASH = 'ab'.repeat(32)
const LIMITS = { validators: 10, maxBodyBytes: 1_000 }
const code = (expected: string) => expect.objectContaining({ code: expected })
const hashOf = (kind: Vote['kind'], bytes: Uint8Array) =>
  kind === 'skip' ? '' : bytesToHex(bytes).replace(/^00/, '01')
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const someVote = fc
  .tuple(fc.constantFrom(...VOTE_KINDS), fc.nat(2 ** 31), bytes(32), fc.nat(9), bytes(64))
  .map(([kind, view, hash, validator, signature]): Vote => {
    return { kind, view, hash: hashOf(kind, hash), validator, signature }
  })
const someCertificate = fc
  .tuple(
    someVote,
    fc.integer({ min: 1, max: 128 }).chain((n) => {
      const members = fc.shuffledSubarray([...Array(n).keys()], {
        minLength: quorum(n),
        maxLength: quorum(n),
      })
      return fc.tuple(fc.constant(n), members)
    }),
  )
  .map(([{ kind, view, hash, signature }, [n, members]]): [Certificate, number] => {
    const voters = [...members].sort((a, b) => a - b)
    return [{ kind, view, hash, signatures: voters.map((validator) => ({ validator, signature })) }, n]
  })

describe('signed bytes', () => {
  it('consist of domain, chain, kind, view in 8 bytes, and block', () => {
    const message = bytesToHex(voteMessage(5n, { kind: 'finalize', view: 258, hash: HASH }))
    const domain = Buffer.from('inpigritas/vote/v1').toString('hex')
    expect(message).toBe(`${domain}${'5'.padStart(64, '0')}020000000000000102${HASH}`)
  })

  it('of a skip vote contain no block', () => {
    expect(bytesToHex(voteMessage(5n, { kind: 'skip', view: 1, hash: '' })).endsWith('00'.repeat(32))).toBe(
      true,
    )
  })

  it('of a proposal consist of domain and block hash', () => {
    expect(bytesToHex(proposalMessage(HASH))).toBe(
      `${Buffer.from('inpigritas/propose/v1').toString('hex')}${HASH}`,
    )
  })
})

describe('votes', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(someVote, (v) => {
        expect(decodeVote(encodeVote(v))).toEqual(v)
      }),
    )
  })

  it('are rejected with a kind that does not exist, a skip of a block, or a view over 48 bits', () => {
    const encoded = encodeVote(vote(3, 'notarize', 7, HASH))
    const changed = (at: number, value: number) => Uint8Array.from(encoded, (b, i) => (i === at ? value : b))
    expect(() => decodeVote(changed(0, 3))).toThrow(code('MALFORMED'))
    expect(() => decodeVote(changed(0, 1))).toThrow(code('NOT_CANONICAL'))
    expect(() => decodeVote(changed(2, 1))).toThrow(code('TOO_LARGE'))
    expect(() => decodeVote(encodeVote({ ...vote(3, 'skip', 7), kind: 'finalize' }))).toThrow(
      code('NOT_CANONICAL'),
    )
  })

  it('are rejected with a missing or an extra byte', () => {
    const encoded = encodeVote(vote(3, 'skip', 7))
    expect(encoded.length).toBe(107)
    expect(() => decodeVote(encoded.subarray(0, 106))).toThrow(code('MALFORMED'))
    expect(() => decodeVote(new Uint8Array([...encoded, 0]))).toThrow(code('MALFORMED'))
  })
})

describe('certificates', () => {
  it('come back as they were written, whoever signed', () => {
    fc.assert(
      fc.property(someCertificate, ([cert, n]) => {
        const encoded = encodeCertificate(cert, n)
        expect(encoded.length).toBe(certificateBytes(n))
        expect(decodeCertificate(encoded, n)).toEqual(cert)
      }),
    )
  })

  it('have a bitmap with the first validator in the lowest bit of the first byte', () => {
    const encoded = encodeCertificate(certificate(10, 'notarize', 1, HASH, [0, 1, 3, 5, 7, 8, 9]), 10)
    expect(bytesToHex(encoded.subarray(41, 43))).toBe('ab03')
  })

  it('are rejected unless exactly a quorum signed', () => {
    for (const voters of [
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ]) {
      const encoded = encodeCertificate(certificate(10, 'skip', 1, '', voters), 10)
      expect(() => decodeCertificate(encoded, 10)).toThrow(code('NOT_CANONICAL'))
    }
  })

  it('are rejected with a bit that belongs to no validator', () => {
    const encoded = encodeCertificate(certificate(10, 'skip', 1, '', [0, 1, 2, 3, 4, 5, 10]), 10)
    expect(() => decodeCertificate(encoded, 10)).toThrow(code('NOT_CANONICAL'))
  })
})

describe('proposals', () => {
  const first = proposal(10, 1)
  const skips = [certificate(10, 'skip', 2), certificate(10, 'skip', 3)]
  const second = proposal(10, 4, { on: first, skips })

  it('come back as they were written', () => {
    for (const proposed of [first, second])
      expect(decodeProposal(encodeProposal(proposed, 10), LIMITS)).toEqual(proposed)
  })

  it('are rejected with a body over the limit', () => {
    const encoded = encodeProposal({ ...first, body: new Uint8Array(1_001) }, 10)
    expect(() => decodeProposal(encoded, LIMITS)).toThrow(code('TOO_LARGE'))
  })

  it('are rejected unless their certificates are the parent and at most 64 ascending skips', () => {
    const rejects = (changes: object, expected: string) =>
      expect(() => decodeProposal(encodeProposal({ ...second, ...changes }, 10), LIMITS)).toThrow(
        code(expected),
      )
    rejects({ parent: skips[0] }, 'MALFORMED')
    rejects({ skips: [...skips].reverse() }, 'NOT_CANONICAL')
    rejects({ skips: [skips[0], skips[0]] }, 'NOT_CANONICAL')
    rejects({ skips: [certificate(10, 'notarize', 2, HASH)] }, 'MALFORMED')
    rejects({ skips: Array.from({ length: 65 }, (_, i) => certificate(10, 'skip', i + 2)) }, 'TOO_LARGE')
  })
})

describe('messages', () => {
  const messages: Message[] = [
    { type: 'proposal', proposal: proposal(10, 1) },
    { type: 'vote', vote: vote(9, 'finalize', 8, HASH) },
    { type: 'certificate', certificate: certificate(10, 'skip', 5) },
    { type: 'ask', from: 3, to: 70 },
    { type: 'recover', validator: 9, nonce: HASH },
    {
      type: 'recovery',
      answer: {
        validator: 3,
        nonce: HASH,
        view: 6,
        certificate: certificate(10, 'skip', 5),
        final: null,
        votes: [vote(9, 'finalize', 8, HASH), vote(9, 'skip', 9)],
        signature: vote(3, 'skip', 1).signature,
      },
    },
  ]

  it.each(messages)('$type comes back as it was written', (message) => {
    expect(decodeMessage(encodeMessage(message, 10), LIMITS)).toEqual(message)
  })

  it('are rejected with an invalid type, voter or range', () => {
    const rejects = (message: Message, expected: string) =>
      expect(() => decodeMessage(encodeMessage(message, 10), LIMITS)).toThrow(code(expected))
    expect(() => decodeMessage(new Uint8Array([6]), LIMITS)).toThrow(code('MALFORMED'))
    expect(() => decodeMessage(new Uint8Array(), LIMITS)).toThrow(code('MALFORMED'))
    rejects({ type: 'vote', vote: vote(10, 'skip', 8) }, 'MALFORMED')
    rejects({ type: 'ask', from: 4, to: 3 }, 'NOT_CANONICAL')
    rejects({ type: 'recover', validator: 10, nonce: HASH }, 'MALFORMED')
  })

  it('any bytes are decoded or rejected with a code; what is decoded encodes to the same bytes', () => {
    const valid = messages.map((message) => encodeMessage(message, 10))
    const near = fc
      .tuple(fc.constantFrom(...valid), fc.nat(), fc.nat(255))
      .map(([m, at, value]) => Uint8Array.from(m, (b, i) => (i === at % m.length ? value : b)))
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 400 })), (input) => {
        let message: Message
        try {
          message = decodeMessage(input, LIMITS)
        } catch (error) {
          const { code: known, rejection } = error as { code?: string; rejection?: { code: string } }
          expect(known ?? rejection?.code).toMatch(/^(MALFORMED|TOO_LARGE|NOT_CANONICAL)$/)
          return
        }
        expect(bytesToHex(encodeMessage(message, 10))).toBe(bytesToHex(input))
      }),
      { numRuns: 2_000 },
    )
  })
})
