import { beforeAll, describe, expect, it } from 'vitest'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import type { Circuit } from '../../../src/setup/circuits.ts'
import { compileWhole, TestCircuit } from '../../support/circuits/compiled-circuit.ts'

describe('AssertBits', () => {
  it.each([1, 48, 112, 120])('accepts exactly the numbers of %i bits', async (n) => {
    const circuit = await TestCircuit.compile('lib/bits.circom', 'AssertBits', n)
    const limit = 1n << BigInt(n)
    for (const value of [0n, 1n, limit - 1n]) expect(circuit.accepts({ in: value }), String(value)).toBe(true)
    for (const value of [limit, limit + 1n, R - 1n, R - limit])
      expect(circuit.accepts({ in: value }), String(value)).toBe(false)
  })
})

describe('BitsAtMost', () => {
  const bitsOf = (value: bigint, n: number) => Array.from({ length: n }, (_, i) => (value >> BigInt(i)) & 1n)

  it.each([0, 1, 5, 6, 7])('accepts exactly what is at most %i of 3 bits', async (max) => {
    const circuit = await TestCircuit.compile('lib/bits.circom', 'BitsAtMost', 3, max)
    for (let value = 0; value <= 8; value++) {
      expect(circuit.run({ in: value }, 3), String(value)).toEqual(
        value <= max ? bitsOf(BigInt(value), 3) : undefined,
      )
    }
  })

  it('needs its bits to be bits', async () => {
    const parameters = { n: 3, max: 7 } as unknown as Circuit['parameters']
    const gadget = { file: 'lib/bits.circom', template: 'BitsAtMost', parameters, public: [] }
    // 4 = 2 + 1 * 2, with a bit of 2.
    const forged: Record<string, bigint> = { in: 4n, 'bits[0]': 2n, 'bits[1]': 1n, 'bits[2]': 0n }
    const accepts = async (edit: (file: string, source: string) => string) => {
      const { circuit, constraints, wires } = await compileWhole(gadget, { level: 'O0', edit })
      const witness = circuit.witness({ in: 4n })!
      expect(constraints.violated(witness)).toEqual([])
      for (const [name, wire] of wires)
        witness[wire] = name.startsWith('main.tied') ? 0n : forged[name.slice('main.'.length)]!
      return constraints.violated(witness).length === 0
    }
    expect(await accepts((_, source) => source)).toBe(false)
    expect(await accepts((_, source) => source.replace('bits[i] * (1 - bits[i]) === 0;', ''))).toBe(true)
  })
})

describe('Select and Place', () => {
  it('read and write one of 16', async () => {
    const select = await TestCircuit.compile('lib/select.circom', 'Select', 4)
    const place = await TestCircuit.compile('lib/select.circom', 'Place', 4)
    const values = Array.from({ length: 16 }, (_, i) => BigInt(1000 + i))
    for (let index = 0; index < 16; index++) {
      const bits = [0, 1, 2, 3].map((i) => (index >> i) & 1)
      expect(select.run({ in: values, bits }, 1)).toEqual([values[index]])
      expect(place.run({ in: 77, bits }, 16)).toEqual(values.map((_, i) => (i === index ? 77n : 0n)))
    }
  })
})

describe('TimesEight', () => {
  let circuit: TestCircuit
  beforeAll(async () => {
    circuit = await TestCircuit.compile('lib/eddsa.circom', 'TimesEight')
  })

  it('takes every point of small order to the identity', () => {
    // Orders 1, 2 and 4: (0, 1), (0, -1) and (+-1/sqrt(a), 0).
    const root = 2957874849018779266517920829765869116077630550401372566248359756137677864698n
    expect((168700n * root * root) % R).toBe(1n)
    for (const point of [
      [0n, 1n],
      [0n, R - 1n],
      [root, 0n],
      [R - root, 0n],
    ]) {
      expect(circuit.run({ in: point }, 2)).toEqual([0n, 1n])
    }
    expect(SUBGROUP_ORDER).toBe(2736030358979909402780800718157159386076813972158567259200215660948447373041n)
  })
})
