import { readFileSync } from 'node:fs'
import { bn254 } from '@noble/curves/bn254.js'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '../../../src/codec/bytes.ts'
import { fieldToBytes, R, readField } from '../../../src/crypto/field.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import { dataValueOf, RECORD_DATA_BYTES } from '../../../src/ledger/batch-data.ts'
import { encodeConstructor, encodeSettle, type SettledBatch } from '../../../src/settlement/abi.ts'
import { compileContracts } from '../../../src/settlement/compile.ts'
import { DEVELOPMENT_SECRETS } from '../../../src/verify/development-key.ts'
import { parseVerificationKey } from '../../../src/verify/verification-key.ts'
import { Evm, errorOf, operatorsNamed, signBatch } from '../../support/proving/evm.ts'

const VKEY = new URL('../../../circuits/generated/batch-4-12.vkey.json', import.meta.url)
const key = parseVerificationKey(JSON.parse(readFileSync(VKEY, 'utf8')))!
const [G1, G2] = [bn254.G1.Point, bn254.G2.Point]
const { Fp2 } = bn254.fields
const Q = bn254.fields.Fp.ORDER
const { alpha, beta, gamma, delta } = DEVELOPMENT_SECRETS
const operators = operatorsNamed('a')
const GENESIS_ROOT = 5n
const batch: SettledBatch = { chainId: 9n, index: 0n, stateRootAfter: 6n, recordsRoot: 7n, counts: 4n }
/** Data of four records: the contract knows only its words. */
const data = concatBytes(...Array.from({ length: 28 }, (_, i) => fieldToBytes(h31(`word ${i}`))))
let evm: Evm
let bytecode: string
let verifier: string
let contract: string

beforeAll(async () => {
  const contracts = await compileContracts(key)
  bytecode = contracts.settlement.bytecode
  evm = await Evm.create()
  verifier = (await evm.deploy(contracts.verifier.bytecode)).created
})
beforeEach(async () => {
  const names = operators.map(({ address }) => address)
  const given = { batchSize: 4, firstIndex: 0, genesisRoot: GENESIS_ROOT, quorum: 1 }
  const args = encodeConstructor({ ...given, chainId: batch.chainId, verifier, operators: names })
  contract = (await evm.deploy(bytecode, args)).created
})

type Point1 = InstanceType<typeof G1>
type Point2 = InstanceType<typeof G2>

interface Proof {
  a: Point1
  b: Point2
  c: Point1
}

/**
 * e(alpha, beta) e(inputs, gamma), as a multiple of the generator: what A, B and C must make up together for a batch with this data, of whose
 * signals the rest modulo r is proven.
 */
function dueOf(of: SettledBatch, about: Uint8Array): Point1 {
  const point = h31(concatBytes(hexToBytes(of.recordsRoot.toString(16).padStart(64, '0')), about))
  const value = dataValueOf(about, about.length / RECORD_DATA_BYTES, point)
  const { chainId, index, stateRootAfter, recordsRoot, counts } = of
  const signals = [chainId, index, GENESIS_ROOT, stateRootAfter, recordsRoot, counts, point, value]
  const inputs = signals.reduce(
    (sum, signal, i) => sum.add(key.ic[i + 1]!.point.multiplyUnsafe(signal % R)),
    key.ic[0]!.point,
  )
  return G1.BASE.multiply((alpha * beta) % R).add(inputs.multiply(gamma))
}

const inverse = (scalar: bigint) => bn254.fields.Fr.inv(scalar)
/** Proofs that hold because the secrets of development keys are public. The first is an ordinary one, in each other one a point is infinity. */
function forge(of: SettledBatch, about = data): Record<'ordinary' | 'a' | 'b' | 'c', Proof> {
  const due = dueOf(of, about)
  const [a, b] = [11n, 13n]
  const rest = (sum: Point1) => sum.subtract(due).multiply(inverse(delta))
  const [A, B] = [G1.BASE.multiply(a), G2.BASE.multiply(b)]
  return {
    ordinary: { a: A, b: B, c: rest(G1.BASE.multiply(a * b)) },
    a: { a: G1.ZERO, b: B, c: rest(G1.ZERO) },
    b: { a: A, b: G2.ZERO, c: rest(G1.ZERO) },
    c: { a: due.multiply(inverse(b)), b: B, c: G1.ZERO },
  }
}

/** Infinity is (0, 0). */
function wordsOf({ a, b, c }: Proof): bigint[] {
  const [p, q, r] = [a.toAffine(), b.toAffine(), c.toAffine()]
  const zero = (point: { is0(): boolean }, words: bigint[]) => (point.is0() ? words.map(() => 0n) : words)
  return [...zero(a, [p.x, p.y]), ...zero(b, [q.x.c1, q.x.c0, q.y.c1, q.y.c0]), ...zero(c, [r.x, r.y])]
}

/** A point of the twist whose order divides the cofactor, so it is outside the subgroup. */
function cofactorPoint(): Point2 {
  const { b } = G2.CURVE()
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 1n })
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b))
      // multiplyUnsafe takes scalars below r.
      const point = G2.fromAffine({ x, y })
      const multiple = point.multiplyUnsafe(R - 1n).add(point)
      if (!multiple.is0()) return multiple
    } catch (error) {
      if (!/square root/i.test((error as Error).message)) throw error
    }
  }
}

const settle = (of: SettledBatch, proof: readonly bigint[], about = data) =>
  evm.send(
    encodeSettle(of, proof, about, signBatch(operators, of, { evmChainId: evm.chainId, contract })),
    contract,
  )
const proof = forge(batch)
const BAD_PROOF = errorOf('BadProof()')

test.each(['a', 'b', 'c'] as const)(
  'the point at infinity is rejected as %s, where it would verify',
  async (which) => {
    expect((await settle(batch, wordsOf(proof[which]))).error).toBe(BAD_PROOF)
  },
)

test.each([0, 1, 2, 3, 4, 5, 6, 7])('coordinate %i plus the order of their field is rejected', async (at) => {
  const words = wordsOf(proof.ordinary)
  expect((await settle(batch, words.with(at, words[at]! + Q))).error).toBe(BAD_PROOF)
})

test('the y of A that the negation wraps around to the right one is rejected', async () => {
  const words = wordsOf(proof.ordinary)
  expect((await settle(batch, words.with(1, words[1]! + 2n ** 256n - Q))).error).toBe(BAD_PROOF)
})

test.each(['stateRootAfter', 'recordsRoot'] as const)(
  '%s plus the order of the scalar field is rejected, with a proof of the signal below it',
  async (name) => {
    const other = { ...batch, [name]: batch[name] + R }
    expect((await settle(other, wordsOf(forge(other).ordinary))).error).toBe(BAD_PROOF)
  },
)

test('points of the twist outside the subgroup, and points off the curves, are rejected', async () => {
  const torsion = cofactorPoint()
  expect(torsion.isTorsionFree()).toBe(false)
  const { ordinary } = proof
  const words = wordsOf(ordinary)
  for (const other of [
    wordsOf({ ...ordinary, b: torsion }),
    wordsOf({ ...ordinary, b: ordinary.b.add(torsion) }),
    ...[1, 3, 5, 7].map((at) => words.with(at, (words[at]! + 1n) % Q)),
  ])
    expect((await settle(batch, other)).error).toBe(BAD_PROOF)
})

test('the ordinary proof settles', async () => {
  expect((await settle(batch, wordsOf(proof.ordinary))).error).toBeUndefined()
  expect(await evm.read(contract, 'stateRoot()')).toBe(batch.stateRootAfter)
})

describe('the data of a batch', () => {
  const BAD_DATA = errorOf('BadData()')

  test('is emitted', async () => {
    const { error, logs } = await settle(batch, wordsOf(proof.ordinary))
    expect(error).toBeUndefined()
    // Three words, then the place and the length of the data.
    const emitted = concatBytes(
      ...[batch.stateRootAfter, batch.recordsRoot, batch.counts, 128n, BigInt(data.length)].map(fieldToBytes),
      data,
    )
    expect(logs.map(bytesToHex)).toEqual([bytesToHex(emitted)])
  })

  test('is rejected if a word of it is another', async () => {
    for (let at = 31; at < data.length; at += 32)
      expect((await settle(batch, wordsOf(proof.ordinary), data.with(at, data[at]! ^ 1))).error).toBe(
        BAD_PROOF,
      )
  })

  test('is rejected if its words have another order', async () => {
    const swapped = concatBytes(data.slice(32, 64), data.slice(0, 32), data.slice(64))
    expect((await settle(batch, wordsOf(proof.ordinary), swapped)).error).toBe(BAD_PROOF)
  })

  test('is rejected if it is not of as many records as a batch has, whatever the proof', async () => {
    for (const other of [
      new Uint8Array(),
      data.slice(0, 3 * RECORD_DATA_BYTES),
      data.slice(0, -1),
      concatBytes(data, new Uint8Array(1)),
      concatBytes(data, new Uint8Array(RECORD_DATA_BYTES)),
    ])
      expect((await settle(batch, wordsOf(proof.ordinary), other)).error).toBe(BAD_DATA)
  })

  test('is rejected if a word is not below the order of the field, with a proof that would do', async () => {
    const beyond = hexToBytes((readField(data, 64) + R).toString(16).padStart(64, '0'))
    const other = concatBytes(data.slice(0, 64), beyond, data.slice(96))
    expect((await settle(batch, wordsOf(forge(batch, other).ordinary), other)).error).toBe(BAD_DATA)
  })

  test('costs at most 5,000 gas a record to check and emit, and as much again to send', async () => {
    const names = operators.map(({ address }) => address)
    const given = { firstIndex: 0, genesisRoot: GENESIS_ROOT, quorum: 1, operators: names }
    const gas: Record<number, bigint> = {}
    for (const batchSize of [4, 16]) {
      const args = encodeConstructor({ ...given, batchSize, chainId: batch.chainId, verifier })
      contract = (await evm.deploy(bytecode, args)).created
      const of = { ...batch, counts: BigInt(batchSize) }
      const about = concatBytes(...Array.from({ length: batchSize / 4 }, () => data))
      const { error, gas: spent } = await settle(of, wordsOf(forge(of, about).ordinary), about)
      expect(error).toBeUndefined()
      gas[batchSize] = spent
    }
    console.log(`a batch of 4 costs ${gas[4]} gas, one of 16 ${gas[16]}`)
    expect((gas[16]! - gas[4]!) / 12n).toBeLessThanOrEqual(10_000n)
  })
})
