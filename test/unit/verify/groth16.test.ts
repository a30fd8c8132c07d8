import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bn254 } from '@noble/curves/bn254.js'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { compileCircuit } from '../../../src/setup/compile.ts'
import { setUp } from '../../../src/setup/groth16/development.ts'
import { useOneThread } from '../../../src/setup/snarkjs.ts'
import { DEVELOPMENT_SECRETS } from '../../../src/verify/development-key.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { isDevelopmentKey, parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { outsideSubgroup } from '../../support/verify/outside-subgroup.ts'

/** A small circuit with two public signals: LeafHash, its inTotal public beside its output. */
const circuit = {
  name: 'small',
  file: 'lib/hashes.circom',
  template: 'LeafHash',
  parameters: {},
  public: ['inTotal'],
} as unknown as Circuit
const input = { account: 1, assetId: 2, inTotal: 4, outTotal: 3 }
const folder = testFolder('verify')
const file = (name: string) => join(folder, name)

type Key = Record<string, unknown> & { vk_gamma_2: unknown; vk_delta_2: unknown; IC: unknown[] }
interface Made {
  verificationKey: Key
  publicSignals: string[]
  proof: { pi_a: string[]; pi_b: string[][]; pi_c: string[] }
}
let good: Made
let pinned: string

async function make(secrets = DEVELOPMENT_SECRETS): Promise<Made> {
  await setUp(file('small.r1cs'), file('small.zkey'), undefined, secrets)
  const { proof, publicSignals } = await snarkjs.groth16.fullProve(
    input,
    file('small.wasm'),
    file('small.zkey'),
  )
  const verificationKey = await snarkjs.zKey.exportVerificationKey(file('small.zkey'))
  return { verificationKey, publicSignals, proof } as unknown as Made
}

const hashOf = (key: unknown) => vkHash(parseVerificationKey(key)!)

beforeAll(async () => {
  await compileCircuit(circuit, folder)
  good = await make()
  pinned = hashOf(good.verificationKey)
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the strict verifier', () => {
  it('accepts a proof of the pinned key, as snarkjs does', async () => {
    expect(verifyGroth16(good, pinned)).toBeNull()
    expect(await verifiesInSnarkjs(good)).toBe(true)
  })

  it('accepts re-randomized proofs: a statement has more than one proof', async () => {
    // (A, B, C) with A times 3 and B by 3 satisfies the same equation.
    const G1 = bn254.G1.Point
    const G2 = bn254.G2.Point
    const [ax, ay] = good.proof.pi_a.map(BigInt) as [bigint, bigint]
    const [x, y] = good.proof.pi_b.map(([c0, c1]) => ({ c0: BigInt(c0!), c1: BigInt(c1!) })) as [
      { c0: bigint; c1: bigint },
      { c0: bigint; c1: bigint },
    ]
    const a = G1.fromAffine({ x: ax, y: ay }).multiply(3n).toAffine()
    const b = G2.fromAffine({ x, y }).multiply(bn254.fields.Fr.inv(3n)).toAffine()
    const pair = ({ c0, c1 }: { c0: bigint; c1: bigint }) => [String(c0), String(c1)]
    const proof = {
      ...good.proof,
      pi_a: [String(a.x), String(a.y), '1'],
      pi_b: [pair(b.x), pair(b.y), ['1', '0']],
    }
    expect(verifyGroth16({ ...good, proof }, pinned)).toBeNull()
  })

  it('requires exactly the signals of the key, canonical and below r', async () => {
    const [first, second] = good.publicSignals as [string, string]
    for (const publicSignals of [
      [],
      [first],
      [first, second, '0'],
      [first, String(BigInt(second) + R)],
      [first, `0${second}`],
      [first, `-${second}`],
      [first, Number(second)],
      [first, BigInt(second)],
      'none',
      undefined,
    ]) {
      expect(verifyGroth16({ ...good, publicSignals }, pinned)).toBe('BAD_SIGNALS')
    }
    expect(verifyGroth16({ ...good, publicSignals: [first, '5'] }, pinned)).toBe('BAD_PROOF')
    // A list cut short, with a key that is cut to fit.
    const cut = { ...good.verificationKey, nPublic: 1, IC: good.verificationKey.IC.slice(0, 2) }
    expect(verifyGroth16({ ...good, verificationKey: cut, publicSignals: [first] }, pinned)).toBe(
      'WRONG_VERIFICATION_KEY',
    )
  })

  it('rejects points at infinity, off the curve, outside the subgroup, or not in canonical form', async () => {
    const { proof } = good
    const q = bn254.fields.Fp.ORDER
    const [x, y] = proof.pi_a as [string, string]
    const bad: Partial<Made['proof']>[] = [
      { pi_a: ['0', '1', '0'] },
      { pi_a: ['0', '0', '1'] },
      { pi_a: [x, String(BigInt(y) + 1n), '1'] },
      { pi_a: [String(BigInt(x) + q), y, '1'] },
      { pi_a: [x, y] },
      { pi_c: [x, y, '2'] },
      {
        pi_b: [
          ['0', '0'],
          ['0', '0'],
          ['1', '0'],
        ],
      },
      {
        pi_b: [
          ['0', '0'],
          ['1', '0'],
          ['0', '0'],
        ],
      },
      { pi_b: outsideSubgroup() },
      { pi_b: undefined as never },
    ]
    for (const points of bad) {
      expect(verifyGroth16({ ...good, proof: { ...proof, ...points } }, pinned)).toBe('BAD_POINTS')
    }
    expect(verifyGroth16({ ...good, proof: null }, pinned)).toBe('BAD_POINTS')
  })

  it('rejects a proof with one point replaced', async () => {
    const proof = { ...good.proof, pi_c: good.proof.pi_a }
    expect(verifyGroth16({ ...good, proof }, pinned)).toBe('BAD_PROOF')
  })
})

describe('verification keys', () => {
  it('are rejected without a phase 2, whatever is pinned', async () => {
    const generator = bn254.G2.Point.BASE.toAffine()
    const one = [
      [String(generator.x.c0), String(generator.x.c1)],
      [String(generator.y.c0), String(generator.y.c1)],
      ['1', '0'],
    ]
    const { verificationKey } = good
    for (const weak of [
      { ...verificationKey, vk_delta_2: verificationKey.vk_gamma_2 },
      { ...verificationKey, vk_gamma_2: one, vk_delta_2: one },
      { ...verificationKey, vk_delta_2: one },
    ]) {
      expect(verifyGroth16({ ...good, verificationKey: weak }, hashOf(weak))).toBe('NO_PHASE_TWO')
    }
  })

  it('are rejected when malformed or not the pinned one', async () => {
    const { verificationKey } = good
    expect(verifyGroth16(good, '00'.repeat(32))).toBe('WRONG_VERIFICATION_KEY')
    for (const broken of [
      null,
      {},
      { ...verificationKey, IC: [] },
      { ...verificationKey, nPublic: 1 },
      { ...verificationKey, protocol: 'plonk' },
    ]) {
      expect(verifyGroth16({ ...good, verificationKey: broken }, pinned)).toBe('BAD_VERIFICATION_KEY')
    }
  })
})

/** What snarkjs itself says, on the one-thread curve. */
async function verifiesInSnarkjs({ verificationKey, publicSignals, proof }: Made): Promise<boolean> {
  await useOneThread()
  return snarkjs.groth16.verify(verificationKey as never, publicSignals, proof as never)
}

describe('the development setup', () => {
  it('makes the same key every time', async () => {
    expect(hashOf((await make()).verificationKey)).toBe(pinned)
  })

  it('is recognized by any of its points; a key from other secrets is not', async () => {
    expect(isDevelopmentKey(parseVerificationKey(good.verificationKey)!)).toBe(true)
    const other = await make({ tau: 3n, alpha: 5n, beta: 7n, gamma: 11n, delta: 13n })
    expect(verifyGroth16(other, hashOf(other.verificationKey))).toBeNull()
    expect(isDevelopmentKey(parseVerificationKey(other.verificationKey)!)).toBe(false)
    const mixed = { ...other.verificationKey, vk_alpha_1: good.verificationKey.vk_alpha_1 }
    expect(isDevelopmentKey(parseVerificationKey(mixed)!)).toBe(true)
  })
})
