import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import { type Compiled, compileWhole, TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { Constraints } from '../../support/circuits/constraints.ts'
import { Forger, type Forgery, inputsOf, issuer, ONE_SLOT } from '../../support/circuits/forgery.ts'
import {
  aliceLeaf,
  attestedRegistration,
  attestedTransfer,
  bobLeaf,
  issue,
  mintLeaf,
  registered,
} from '../../support/circuits/rule.ts'
import { RULES } from '../../support/circuits/rules.ts'
import {
  BATCH_SIZE,
  BUILD_TIMEOUT_MS,
  testArtifacts,
  testCircuit,
} from '../../support/proving/test-circuit.ts'

let real: Compiled
let forger: Forger
beforeAll(async () => {
  real = await compileWhole(ONE_SLOT)
  forger = await Forger.of(ONE_SLOT)
}, BUILD_TIMEOUT_MS)

type Value = bigint | Value[]

const DELTAS = [1n, R - 1n, 12_345n]
/** With CIRCUIT_MUTANTS=all (`npm run test:circuit-mutants`), every mutant and every change; otherwise some. */
const isExhaustive = process.env.CIRCUIT_MUTANTS === 'all'
const chosenDeltas = isExhaustive ? DELTAS : DELTAS.slice(0, 1)
/** Changes of witnesses that were tried. */
const counted = { swept: 0, chosen: 0 }

describe('the constraints and the witness generator reject a forgery with', () => {
  it.each(RULES)('$rule', ({ forgery }) => {
    const inputs = inputsOf(forger, forgery())
    expect(real.constraints.violated(forger.witness(real, inputs)).length).toBeGreaterThan(0)
    expect(real.circuit.accepts(inputs)).toBe(false)
  })
})

it('honest witnesses are accepted by the constraints and the witness generator', () => {
  for (const good of [
    {},
    attestedTransfer,
    { slot: registered, leaves: [], by: issuer },
    attestedRegistration,
    { slot: issue, leaves: [mintLeaf, bobLeaf], by: issuer },
    { slot: { toStart: 0n, receiverOutTotal: 0n }, leaves: [aliceLeaf] },
  ] satisfies Forgery[]) {
    const inputs = inputsOf(forger, good)
    expect(real.constraints.violated(forger.witness(real, inputs))).toEqual([])
    expect(real.circuit.accepts(inputs)).toBe(true)
  }
})

describe('every signal of a witness', () => {
  const CONTENTS: [what: string, forgery: Forgery][] = [
    ['a proven transfer', {}],
    ['an attested transfer', attestedTransfer],
    ['a registration', { slot: registered, leaves: [], by: issuer }],
    ['an attested registration', attestedRegistration],
    ['an issue', { slot: issue, leaves: [mintLeaf, bobLeaf], by: issuer }],
    ['a transfer to a new holding', { slot: { toStart: 0n, receiverOutTotal: 0n }, leaves: [aliceLeaf] }],
  ]

  /** Signals that may be free: the inverse hint of circomlib's IsZero has no effect where the number is 0. */
  const isHint = (name: string) => name.endsWith('.inv')

  it.each(CONTENTS)('is constrained in %s', (_, forgery) => {
    const names = new Map([...real.wires].map(([name, wire]) => [wire, name]))
    const free = new Set<string>()
    const witness = real.circuit.witness(inputsOf(forger, forgery))!
    const tried = real.constraints.sweep(witness, DELTAS, (wire) => free.add(names.get(wire)!))
    expect(tried).toBe((real.constraints.wires - 1) * DELTAS.length)
    expect([...free].filter((name) => !isHint(name))).toEqual([])
    counted.swept += tried
  })

  it('is constrained in the circuit whose key chains pin', async () => {
    const { wasm, r1cs } = await testArtifacts()
    const constraints = Constraints.read(r1cs)
    const witness = TestCircuit.load(wasm).witness(
      storyOfEveryKind().input(testCircuit().parameters, 4, 3) as unknown as Record<string, bigint[]>,
    )!
    const free = new Set<number>()
    counted.swept += constraints.sweep(witness, [1n], (wire) => free.add(wire))
    // Without names: a hint is in one row alone.
    for (const wire of free) expect(constraints.rowsOf(wire)).toBe(1)
    expect(free.size).toBeLessThan(8 * BATCH_SIZE)
  })

  it('that the prover chooses cannot change while the public signals stay the same', () => {
    const inputs = inputsOf(forger, {}) as Record<string, Value>
    const honest = forger.witness(real, inputs)
    const taken: string[] = []
    for (const [name, value] of Object.entries(inputs).filter(([name]) => !ONE_SLOT.public.includes(name))) {
      for (const path of paths(value)) {
        for (const delta of chosenDeltas) {
          const mutated = { ...inputs, [name]: changed(value, path, delta) }
          const witness = forger.witness(real, mutated)
          // What simplification removed follows from the rest: then nothing was changed.
          const isSame = witness.every((value, wire) => value === honest[wire])
          if (!isSame && real.constraints.isSatisfied(witness))
            taken.push(`${name} ${path.join('.')} + ${delta}`)
          counted.chosen++
        }
      }
    }
    expect(taken).toEqual([])
  })
})

/** Where the numbers of a signal are. */
function paths(value: Value, path: number[] = []): number[][] {
  return Array.isArray(value) ? value.flatMap((one, i) => paths(one, [...path, i])) : [path]
}

function changed(value: Value, [first, ...rest]: number[], delta: bigint): Value {
  if (!Array.isArray(value)) return ((value as bigint) + delta) % R
  return value.map((one, i) => (i === first ? changed(one, rest, delta) : one))
}

afterAll(() => {
  const { swept, chosen } = counted
  console.log(`${RULES.length} forgeries, ${chosen} changed choices and ${swept} changed signals tried`)
})
