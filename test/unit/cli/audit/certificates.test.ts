import { expect, test } from 'vitest'
import { Certificates } from '../../../../src/cli/audit/certificates.ts'
import { encodeCertificate } from '../../../../src/consensus/codec.ts'
import { voteMessage } from '../../../../src/consensus/signed-bytes.ts'
import { signEd25519 } from '../../../../src/crypto/ed25519.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { chainNow, VOTING_KEY } from '../../../support/node/test-node.ts'

const genesis = chainNow()
const hashAt = (height: number) => height.toString(16).padStart(64, '0')

/** The final certificate of the block at a height, in a view of twice that number; of another block of that view if `hash` says so. */
function certificateOf(height: number, hash = hashAt(height)): Uint8Array {
  const subject = { kind: 'finalize', view: 2 * height, hash } as const
  const signature = signEd25519(VOTING_KEY, voteMessage(chainIdOf(genesis), subject))
  return encodeCertificate({ ...subject, signatures: [{ validator: 0, signature }] }, 1)
}

/** Heights of the blocks with findings, in a chain whose blocks, from height 1 on, have these certificates. */
function findings(certificates: (Uint8Array | null)[]): number[] {
  const checked = new Certificates(genesis)
  return certificates.flatMap((certificate, i) =>
    checked
      .check({ height: i + 1, view: 2 * (i + 1) }, hashAt(i + 1), certificate)
      .map(({ height }) => height),
  )
}

test('blocks may have the certificates of any descendants, also of blocks that have another one', () => {
  expect(findings([1, 2, 3].map((height) => certificateOf(height)))).toEqual([])
  expect(findings([3, 3, 3, 4].map((height) => certificateOf(height)))).toEqual([])
  expect(findings([2, 3, 4, 5].map((height) => certificateOf(height)))).toEqual([])
  expect(findings([4, 2, 5, 5, 6].map((height) => certificateOf(height)))).toEqual([])
})

test('the first block with the certificate of a block that does not come is found', () => {
  const stray = certificateOf(3, 'ab'.repeat(32))
  expect(findings([certificateOf(1), stray, certificateOf(3)])).toEqual([2])
  expect(findings([certificateOf(4), stray, certificateOf(4), certificateOf(4)])).toEqual([2])
  expect(findings([certificateOf(1), certificateOf(2, 'ab'.repeat(32))])).toEqual([2])
})

test('a block with a bad certificate is the only one that is found', () => {
  expect(findings([certificateOf(2), null, certificateOf(3)])).toEqual([2])
  expect(findings([certificateOf(2), certificateOf(1), certificateOf(3)])).toEqual([2])
  expect(findings([certificateOf(2), certificateOf(2).slice(1), certificateOf(3)])).toEqual([2])
})

test('a certificate covers its own block and 256 below it', () => {
  const run = (length: number) => new Array(length).fill(certificateOf(length))
  expect(findings(run(257))).toEqual([])
  expect(findings(run(258))).toEqual([1])
})
