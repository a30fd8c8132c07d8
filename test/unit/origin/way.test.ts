import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/codec/bytes.ts'
import type { Failure } from '../../../src/config/failure.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { originInput } from '../../../src/origin/input.ts'
import { originProof, originStatement } from '../../../src/origin/statement.ts'
import { wayOf } from '../../../src/origin/way.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import {
  decodeOriginProof,
  encodeOriginProof,
  MAX_PURPOSE_CHARACTERS,
} from '../../../src/verify/origin-proof.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { type Signals, TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  contentOf,
  DEPTH,
  lotWithHolders,
  originArtifacts,
  originCircuit,
} from '../../support/proving/origin-world.ts'
import { simulatedKey } from '../../support/proving/simulated-proofs.ts'
import { BUILD_TIMEOUT_MS } from '../../support/proving/test-circuit.ts'

const MAX_HOPS = 4
let circuit: TestCircuit
beforeAll(async () => {
  circuit = TestCircuit.load((await originArtifacts()).wasm)
}, BUILD_TIMEOUT_MS)

describe('the way of units', () => {
  const chain = new CertifiedChain({ stateDepth: DEPTH }).randomSteps(60, 4)
  const index = new RecordIndex(chain.world.records, chain.assets)
  const holders = chain
    .holdings()
    .filter(({ account, inTotal, outTotal }) => account > 1n && outTotal < inTotal)

  it('is that of their trace, and satisfies the circuit, whatever range the certificate is of', async () => {
    let satisfied = 0
    for (const { account, assetId } of holders) {
      const expected = trace(index, { account, asset: assetId, direction: 'BACKWARD' })
      for (const request of [{ account, asset: assetId }, { asset: assetId }]) {
        const content = await contentOf(chain, { ...request, direction: 'BACKWARD' })
        const way = wayOf(content, { asset: assetId, account, offset: 0n }, 32)
        const hops = expected.hops.filter(({ unit, behind }) => unit === 0n && behind === undefined)
        expect(way.hops.map(({ record }) => record.hash)).toEqual(hops.map(({ hash }) => hash))
        expect(way.serial).toBe(expected.origins[0]!.serialFrom)
        if (way.hops.length > MAX_HOPS) continue
        const statement = await originStatement(poseidon, content, way, { purpose: 'test', salt: 7n })
        const input = originInput(poseidon, content, way, statement, originCircuit().parameters)
        expect(circuit.accepts(input as unknown as Record<string, Signals>)).toBe(true)
        satisfied++
      }
    }
    expect(satisfied).toBeGreaterThan(5)
  })
})

describe('there is no way', async () => {
  const { chain, asset, issuer, near, rsa } = lotWithHolders()
  const { account } = near
  const content = await contentOf(chain, { account, asset, direction: 'BACKWARD' })
  const failsWith = (code: string) => expect.objectContaining({ code })

  it.each([
    ['of units that the holder does not have', { account, offset: 20n }],
    ['of more units than the holder has', { account, offset: 0n, length: 21n }],
    ['of no units', { account, offset: 0n, length: 0n }],
    ['of fewer than no units', { account, offset: 0n, length: -1n }],
    ['of units that the holder has sent on', { account, offset: -1n, length: 1n }],
    ['of somebody who is not in the certificate', { account: rsa.account, offset: 0n }],
  ] as const)('%s', (_, wanted) => {
    expect(() => wayOf(content, { asset, ...wanted }, MAX_HOPS)).toThrow(failsWith('NO_UNITS'))
  })

  it('of somebody, if several hold such units and nobody is named', async () => {
    const all = await contentOf(chain, { asset, direction: 'BACKWARD' })
    expect(() => wayOf(all, { asset, offset: 0n }, MAX_HOPS)).toThrow(failsWith('NO_UNITS'))
    expect(wayOf(all, { asset, account, offset: 0n }, MAX_HOPS).length).toBe(20n)
  })

  it('of more hops than a circuit has', async () => {
    expect(() => wayOf(content, { asset, account, offset: 0n }, 1)).toThrow(failsWith('TOO_MANY_HOPS'))
    expect(wayOf(content, { asset, account, offset: 0n }, 2).hops.length).toBe(2)
  })

  it('that the certificate does not show', async () => {
    const first = await contentOf(chain, {
      account: issuer.account,
      asset,
      direction: 'BACKWARD',
      length: 1n,
    })
    const wanted = { asset, account: issuer.account, offset: 60n }
    expect(() => wayOf(first, wanted, MAX_HOPS)).toThrow(failsWith('NOT_CERTIFIED'))
  })

  it('that units had together, if they came by several', async () => {
    const all = await contentOf(chain, { account: issuer.account, asset, direction: 'BACKWARD' })
    const wanted = { asset, account: issuer.account }
    expect(wayOf(all, { ...wanted, offset: 0n }, MAX_HOPS)).toMatchObject({ length: 60n, serial: 40n })
    expect(wayOf(all, { ...wanted, offset: 60n }, MAX_HOPS)).toMatchObject({ length: 10n, serial: 0n })
    expect(() => wayOf(all, { ...wanted, offset: 59n, length: 2n }, MAX_HOPS)).toThrow(
      expect.objectContaining({
        code: 'UNITS_SPLIT',
        message: 'only the first 1 of these units came the same way',
      }),
    )
  })
})

describe('a statement', async () => {
  const { chain, asset, issuer } = lotWithHolders()
  const content = await contentOf(chain, { account: issuer.account, asset, direction: 'BACKWARD' })
  const way = wayOf(content, { asset, offset: 0n, length: 1n }, MAX_HOPS)
  const state = (claim: object) =>
    originStatement(poseidon, content, way, { purpose: 'x', salt: 7n, ...claim })

  it.each<[what: string, code: string, claim: object]>([
    ['serials below the first', 'WRONG_SERIALS', { serials: { lo: -1n, hi: 1_000n } }],
    ['serials beyond the cap', 'WRONG_SERIALS', { serials: { lo: 0n, hi: 1_001n } }],
    ['other serials', 'WRONG_SERIALS', { serials: { lo: 41n, hi: 1_000n } }],
    ['a purpose that is too long', 'MALFORMED', { purpose: 'x'.repeat(MAX_PURPOSE_CHARACTERS + 1) }],
    ['a purpose of several lines', 'MALFORMED', { purpose: 'two\nlines' }],
    ['a purpose that cannot be encoded', 'MALFORMED', { purpose: '\ud800' }],
  ])('that a verifier would refuse is not made: %s', async (_, code, claim) => {
    await expect(state(claim)).rejects.toSatisfy(
      (error) => (error instanceof RejectionError ? error.rejection.code : (error as Failure).code) === code,
    )
  })

  it('can be for a purpose of as many characters as the file has room for', async () => {
    const purpose = '\u{1f600}'.repeat(MAX_PURPOSE_CHARACTERS)
    const { vk_alpha_1: point, vk_beta_2: pi_b } = simulatedKey
    const proof = { pi_a: point, pi_b, pi_c: point }
    const statement = await state({ purpose, serials: { lo: 40n, hi: 41n } })
    const file = encodeOriginProof(originProof(content, statement, proof, 4))
    expect(decodeOriginProof(utf8(file))).toMatchObject({ purpose, serialLo: 40n, serialHi: 41n })
  })
})
