import { beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { originCircuits } from '../../../src/setup/circuits.ts'
import { type Compiled, compileWhole, type Signals } from '../../support/circuits/compiled-circuit.ts'
import { Forger } from '../../support/circuits/forgery.ts'
import { constraintLines, isOfOrigins, withoutLines } from '../../support/circuits/mutant.ts'
import {
  journeyInputs,
  originInputsOf,
  SMALL_JOURNEY,
  SMALL_ORIGIN,
} from '../../support/circuits/origin-forgery.ts'
import {
  JOURNEY_RULES,
  ORIGIN_GOOD,
  ORIGIN_RULES,
  type OriginRule,
} from '../../support/circuits/origin-rules.ts'
import { BUILD_TIMEOUT_MS } from '../../support/proving/test-circuit.ts'

/** With CIRCUIT_MUTANTS=all (`npm run test:circuit-mutants`), the whole circuit, every mutant and every change; otherwise journeys and a mutant. */
const isExhaustive = process.env.CIRCUIT_MUTANTS === 'all'
const DELTAS = [1n, R - 1n, 12_345n]

type Value = bigint | readonly Value[]
type Inputs = Record<string, Signals>

const JOURNEY = { what: 'journey', circuit: SMALL_JOURNEY, rules: JOURNEY_RULES, inputs: journeyInputs }
const ORIGIN = {
  what: 'origin',
  circuit: SMALL_ORIGIN,
  rules: [...JOURNEY_RULES, ...ORIGIN_RULES],
  inputs: (all: Inputs) => all,
}

describe.each(isExhaustive ? [JOURNEY, ORIGIN] : [JOURNEY])(
  'an $what',
  ({ circuit, rules, inputs, what }) => {
    let real: Compiled
    let forger: Forger
    beforeAll(async () => {
      // Without simplification it compiles in half the time, and has the same rules.
      real = await compileWhole(circuit, isExhaustive ? {} : { level: 'O0' })
      forger = await Forger.of(circuit)
    }, BUILD_TIMEOUT_MS)
    const inputsOf = ({ forgery }: Pick<OriginRule, 'forgery'>) => inputs(originInputsOf(forgery))

    it.each(rules)('is rejected by constraints and witness generator with $rule', (rule) => {
      const forged = inputsOf(rule)
      expect(real.constraints.isSatisfied(forger.witness(real, forged))).toBe(false)
      expect(real.circuit.accepts(forged)).toBe(false)
    })

    it.each(ORIGIN_GOOD)('is accepted with %s', (_, forgery) => {
      const good = inputsOf({ forgery })
      expect(real.constraints.isSatisfied(forger.witness(real, good))).toBe(true)
      expect(real.circuit.accepts(good)).toBe(true)
    })

    it.each(mutantsOf(rules, what))('is accepted by an under-constrained mutant with $rule', async (rule) => {
      const mutant = await withoutLines(circuit, rule.mutant!)
      expect(mutant.circuit.accepts(inputsOf(rule))).toBe(true)
    })

    if (!isExhaustive) return

    it('has no signal that can be changed alone', () => {
      const names = new Map([...real.wires].map(([name, wire]) => [wire, name]))
      const free = new Set<string>()
      const witness = real.circuit.witness(inputsOf({ forgery: {} }))!
      // Without the holder's signature a proof says less: who has one may leave it out.
      const isLess = (name: string, delta: bigint) => name === 'main.holderProven' && delta === R - 1n
      const tried = real.constraints.sweep(witness, DELTAS, (wire, delta) => {
        const name = names.get(wire)!
        // The inverse hint of circomlib's IsZero has no effect where the number is 0.
        if (!name.endsWith('.inv') && !isLess(name, delta)) free.add(`${name} + ${delta}`)
      })
      expect(tried).toBe((real.constraints.wires - 1) * DELTAS.length)
      expect([...free]).toEqual([])
      console.log(`${what}: ${tried} changed signals tried`)
    })

    it('has no choice that can change while the public signals stay the same', () => {
      const honest = inputsOf({ forgery: {} }) as Record<string, Value>
      const before = forger.witness(real, honest)
      const taken: string[] = []
      for (const [name, value] of Object.entries(honest).filter(([name]) => !circuit.public.includes(name)))
        for (const path of paths(value))
          for (const delta of DELTAS) {
            const witness = forger.witness(real, { ...honest, [name]: changed(value, path, delta) })
            const isSame = witness.every((value, wire) => value === before[wire])
            if (!isSame && real.constraints.isSatisfied(witness))
              taken.push(`${name} ${path.join('.')} + ${delta}`)
          }
      expect(taken).toEqual([])
    })
  },
)

/** Every mutant, or one. The lines of origin.circom itself are not in a journey. */
function mutantsOf(rules: readonly OriginRule[], what: string): OriginRule[] {
  const all = rules.filter(({ mutant }) => mutant !== undefined)
  if (what === 'origin') return all.filter((rule) => ORIGIN_RULES.includes(rule))
  return isExhaustive ? all : all.slice(0, 1)
}

it('every constraint line of an origin has a mutant without it alone', () => {
  const named = ([file, line]: readonly string[]) => `${file}: ${line}`
  const alone = [...JOURNEY_RULES, ...ORIGIN_RULES]
    .filter(({ mutant }) => mutant?.length === 1)
    .map(({ mutant }) => named(mutant![0]!))
  const lines = constraintLines(isOfOrigins).map(named)
  expect(lines.length).toBeGreaterThan(18)
  expect([...new Set(alone)].sort()).toEqual(lines.sort())
})

it('the shipped circuits have 4, 8, 16 and 32 hops, at most 6,200 constraints a hop, and the same public signals', () => {
  const circuits = originCircuits(12)
  expect(circuits.map(({ parameters }) => parameters.hops)).toEqual([4, 8, 16, 32])
  const [small, , , large] = circuits
  expect((large!.constraints - small!.constraints) / 28).toBeLessThanOrEqual(6_200)
  expect(new Set(circuits.map((circuit) => circuit.public.join())).size).toBe(1)
})

/** Where the numbers of a signal are. */
function paths(value: Value, path: number[] = []): number[][] {
  return typeof value === 'object' ? value.flatMap((one, i) => paths(one, [...path, i])) : [path]
}

function changed(value: Value, [first, ...rest]: number[], delta: bigint): Value {
  if (typeof value !== 'object') return ((value as bigint) + delta) % R
  return value.map((one, i) => (i === first ? changed(one, rest, delta) : one))
}
