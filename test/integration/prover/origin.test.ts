import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/codec/bytes.ts'
import type { SecretKey } from '../../../src/crypto/key.ts'
import { checkFile } from '../../../src/explorer/verify/check.ts'
import { kindOf } from '../../../src/explorer/verify/kind.ts'
import type { OriginResult } from '../../../src/explorer/verify/result.ts'
import { randomScalar } from '../../../src/groth16/proof.ts'
import { chainIdOf, type Genesis, genesisToJson } from '../../../src/ledger/genesis.ts'
import { decodeHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { originSignalsJson } from '../../../src/ledger/origin.ts'
import { originInput } from '../../../src/origin/input.ts'
import { originProof, originStatement } from '../../../src/origin/statement.ts'
import { wayOf } from '../../../src/origin/way.ts'
import { jsonInput } from '../../../src/proofs/batch-input.ts'
import { BatchProver } from '../../../src/prover/prove.ts'
import { chosenKey } from '../../../src/setup/chain-key.ts'
import { useOneThread } from '../../../src/setup/snarkjs.ts'
import { type OriginOptions, verifyOriginProof } from '../../../src/verify/origin.ts'
import { decodeOriginProof, encodeOriginProof, type OriginProof } from '../../../src/verify/origin-proof.ts'
import type { OriginReport } from '../../../src/verify/origin-report.ts'
import { proofFromBytes } from '../../../src/verify/point-bytes.ts'
import { Browser, hasChromium } from '../../support/browser/browser.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, type TestKey } from '../../support/ledger/ledger-world.ts'
import {
  askedOfPage,
  contentOf,
  lotWithHolders,
  originArtifacts,
  originCircuit,
} from '../../support/proving/origin-world.ts'
import { proveInPage } from '../../support/proving/prove-in-page.ts'
import { BUILD_TIMEOUT_MS } from '../../support/proving/test-circuit.ts'

/** 4, the smallest in circuits.json; `npm run test:origin` takes the others. */
const HOPS = Number(process.env.TEST_ORIGIN_HOPS ?? 4)
const PURPOSE = 'membership of the growers, 2026-11-26, 8f1c'
const circuit = originCircuit(HOPS)
let prover: BatchProver

const world = lotWithHolders(HOPS)
const { chain, asset, issuer, near, rsa } = world
const { genesis } = chain

/** The origin of 10 units of a holder. */
async function proven(
  { account }: TestKey,
  { offset = 0n, key }: { offset?: bigint; key?: SecretKey } = {},
): Promise<OriginProof> {
  const content = await contentOf(chain, { account, asset, direction: 'BACKWARD' })
  const way = wayOf(content, { asset, account, offset, length: 10n }, HOPS)
  const claim = { purpose: PURPOSE, salt: randomScalar(), ...(key && { key }) }
  const statement = await originStatement(poseidon, content, way, claim)
  const input = originInput(poseidon, content, way, statement, circuit.parameters)
  const { proof } = await prover.prove(jsonInput(input))
  return originProof(content, statement, proof, HOPS)
}

const checked = (origin: OriginProof, options: Partial<OriginOptions> = {}, of: Genesis = genesis) =>
  verifyOriginProof(utf8(encodeOriginProof(origin)), of, poseidon, {
    keyFor: (hops) => (hops === HOPS ? chosenKey(circuit) : undefined),
    nowMs: genesis.startTime,
    purpose: PURPOSE,
    ...options,
  })
const verdicts = ({ intact, proven, final, holder, purpose }: OriginReport) =>
  [intact, proven, final, holder, purpose].map(({ verdict }) => verdict).join(' ')

let two: OriginProof
beforeAll(async () => {
  const backend = { name: 'engine' as const, threads: 1 }
  prover = new BatchProver(circuit.developmentVkHash, await originArtifacts(HOPS), backend)
  two = await proven(near, { key: near.secret })
}, BUILD_TIMEOUT_MS)
afterAll(() => prover.close())

describe('an origin proof', () => {
  it('is accepted by the verifier and by snarkjs', async () => {
    const report = await checked(two)
    expect(verdicts(report)).toBe('yes yes yes yes yes')
    const { signals, account } = report.content!
    expect([signals.length, account]).toEqual([10n, undefined])
    await useOneThread()
    const key = chosenKey(circuit).verificationKey
    const verified = snarkjs.groth16.verify(
      key as never,
      originSignalsJson(signals),
      proofFromBytes(two.proof) as never,
    )
    expect(await verified).toBe(true)
  })

  it('of two hops cannot be told from one of as many as the circuit has: only commitment and random points differ', async () => {
    const long = await proven(issuer, { offset: 60n, key: issuer.secret })
    expect(verdicts(await checked(long))).toBe('yes yes yes yes yes')
    expect({ ...long, endCommit: two.endCommit, proof: two.proof }).toEqual(two)
    expect(encodeOriginProof(long).length).toBe(encodeOriginProof(two).length)
  })

  it('without the holder says that somebody holds the units', async () => {
    const report = await checked(await proven(near))
    expect(verdicts(report)).toBe('yes yes yes no yes')
  })

  it('names a holder with an RSA key, who signs beside it', async () => {
    const origin = await proven(rsa, { key: rsa.secret })
    const report = await checked(origin)
    expect(verdicts(report)).toBe('yes yes yes yes yes')
    expect(report.content!.account).toBe(rsa.account)
    const opening = origin.opening!
    const other = { ...opening, signature: opening.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) }
    for (const changed of [other, { ...opening, unit: 1n }, { ...opening, salt: 1n }, undefined])
      expect(verdicts(await checked({ ...origin, opening: changed }))).toBe('yes yes yes no yes')
  })
})

it('an origin proof is told from other files by the page, and judged as here', async () => {
  const file = utf8(encodeOriginProof(two))
  expect(kindOf(encodeOriginProof(two))).toBe('origin')
  const request = {
    kind: 'origin' as const,
    genesis: utf8(JSON.stringify(genesisToJson(genesis))),
    policy: undefined,
  }
  const at = { nowMs: genesis.startTime, maxAgeMs: 1_000 }
  const judged = (bytes: Uint8Array) => checkFile({ file: bytes, ...request, ...at }, poseidon, () => {})
  const { verdicts: on, shown } = (await judged(file)) as OriginResult
  const here = await checked(two, { maxAgeMs: 1_000 })
  for (const name of ['intact', 'proven', 'final', 'holder', 'fresh'] as const)
    expect(on[name]).toEqual({ verdict: here[name].verdict, reason: here[name].reason })
  expect(on.purpose.verdict).toBe('unknown')
  expect(shown).toMatchObject({ units: '10', purpose: PURPOSE, holder: undefined, hops: HOPS })
  expect(await judged(file.slice(0, -9))).toMatchObject({
    kind: 'origin',
    code: 'MALFORMED',
    shown: undefined,
  })
})

// Of 4 hops, the tests in a browser make one.
// With 4 hops test/browser/origin.test.ts does it.
if (hasChromium && HOPS > 4)
  it('is made in Chromium with a key that an api serves', async () => {
    const browser = await Browser.open()
    try {
      const made = await proveInPage(
        browser,
        circuit,
        await originArtifacts(HOPS),
        await askedOfPage(world, PURPOSE),
      )
      const origin = decodeOriginProof(utf8(made.file))
      expect(verdicts(await checked(origin))).toBe('yes yes yes yes yes')
      expect({ ...origin, endCommit: two.endCommit, proof: two.proof }).toEqual(two)
      console.info(
        `${HOPS} hops in Chromium: key ${Math.round(made.keyMs)} ms, proof ${Math.round(made.proofMs)} ms`,
      )
    } finally {
      await browser.close()
    }
  })

describe('an origin proof is not accepted', () => {
  it.each<[what: string, change: Partial<OriginProof>]>([
    ['other units', { length: 11n }],
    ['fewer units', { length: 9n }],
    ['higher serials', { serialLo: 1n }],
    ['lower serials', { serialHi: 999n }],
    ['another commitment', { endCommit: 5n }],
    ['no holder', { holderProven: false }],
    ['another asset', { definition: definitionOf(issuer) }],
    ['another purpose', { purpose: 'something else' }],
  ])('for %s', async (what, change) => {
    const report = await checked({ ...two, ...change })
    expect(report.proven).toEqual({ verdict: 'no', reason: 'the proof does not verify (BAD_PROOF)' })
    expect(report.holder.verdict).toBe('no')
    expect(report.purpose.verdict).toBe(what === 'another purpose' ? 'no' : 'yes')
  })

  it('for another header, even one that the validators made final', async () => {
    const header = { ...decodeHeader(two.header), stateRoot: 5n }
    const other = { ...two, header: encodeHeader(header) }
    expect(verdicts(await checked(other))).toBe('yes no no no yes')
    expect(verdicts(await checked({ ...other, finality: chain.finality(header) }))).toBe('yes no yes no yes')
  })

  it('without a key for so many hops, on another chain, or too old', async () => {
    expect((await checked({ ...two, hops: 5 })).proven.verdict).toBe('unknown')
    const other = await checked(two, {}, { ...genesis, salt: 'ab'.repeat(32) })
    expect(other.intact).toMatchObject({ verdict: 'no', code: 'WRONG_CHAIN' })
    const later = { nowMs: genesis.startTime + 86_400_000, maxAgeMs: 3_600_000 }
    expect((await checked(two, later)).fresh.verdict).toBe('no')
    expect((await checked(two, { maxAgeMs: 3_600_000 })).fresh.verdict).toBe('yes')
  })

  it('under a development key, where the genesis states production', async () => {
    const provingKey = { kind: 'production' as const, vkHash: circuit.developmentVkHash }
    const production = { ...genesis, provingKey }
    const header = { ...decodeHeader(two.header), chainId: chainIdOf(production) }
    const origin = { ...two, chainId: header.chainId, header: encodeHeader(header) }
    expect((await checked(origin, {}, production)).proven).toMatchObject({
      verdict: 'no',
      reason: expect.stringContaining('DEVELOPMENT_KEY'),
    })
  })
})
