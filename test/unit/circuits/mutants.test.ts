import { beforeAll, describe, expect, it } from 'vitest'
import { Forger, inputsOf, ONE_SLOT } from '../../support/circuits/forgery.ts'
import { constraintLines, isOfOrigins, withoutLines } from '../../support/circuits/mutant.ts'
import type { Line, Rule } from '../../support/circuits/rule.ts'
import { IMPLIED, RULES } from '../../support/circuits/rules.ts'
import { BUILD_TIMEOUT_MS } from '../../support/proving/test-circuit.ts'

/** With CIRCUIT_MUTANTS=all (`npm run test:circuit-mutants`), every mutant; otherwise some. */
const isExhaustive = process.env.CIRCUIT_MUTANTS === 'all'

let forger: Forger
beforeAll(async () => {
  forger = await Forger.of(ONE_SLOT)
}, BUILD_TIMEOUT_MS)

const changesOf = ({ mutant = [], replaced }: Rule) =>
  replaced === undefined ? mutant : [...mutant, replaced]
const MUTANTS = RULES.filter((rule) => changesOf(rule).length > 0)
const chosen = isExhaustive ? MUTANTS : MUTANTS.filter((_, i) => i % 23 === 0)

describe('an under-constrained mutant accepts the forgery with', () => {
  it.each(chosen)('$rule', async (rule) => {
    const { without = [], forgery } = rule
    const inputs = inputsOf(forger, forgery())
    const { circuit } = await withoutLines(ONE_SLOT, [...changesOf(rule), ...without])
    expect(circuit.accepts(inputs)).toBe(true)
    if (without.length > 0)
      expect((await withoutLines(ONE_SLOT, without)).circuit.accepts(inputs)).toBe(false)
  })
})

const named = ([file, line]: readonly string[]) => `${file}: ${line}`

/** Lines that forgeries in other tests show to be needed. */
const ELSEWHERE: Line[] = [
  // batch.test.ts, 'an empty slot before a record': it takes a batch of several slots.
  ['batch.circom', 'for (var i = 1; i < slots; i++) slot[i].real * (1 - slot[i - 1].real) === 0;'],
  // gadgets.test.ts, BitsAtMost: it takes a witness that no input leads to.
  ['lib/bits.circom', 'bits[i] * (1 - bits[i]) === 0;'],
]

describe('every constraint line', () => {
  it('has a mutant without it alone, or a reason why it is implied', () => {
    const alone = MUTANTS.flatMap(({ mutant = [] }) => (mutant.length === 1 ? [named(mutant[0]!)] : []))
    const known = new Set([...alone, ...IMPLIED.map(named), ...ELSEWHERE.map(named)])
    const lines = constraintLines((file) => !isOfOrigins(file)).map(named)
    expect(lines.length).toBeGreaterThan(45)
    expect(lines.filter((line) => !known.has(line))).toEqual([])
    expect([...known].filter((line) => !lines.includes(line))).toEqual([])
  })

  const implied = isExhaustive ? IMPLIED : IMPLIED.slice(0, 1)
  it.each(implied)('of those implied lets no forgery pass: %s %s (%s)', async (file, line) => {
    const { circuit } = await withoutLines(ONE_SLOT, [[file, line]])
    for (const { rule, forgery } of RULES)
      expect(circuit.accepts(inputsOf(forger, forgery())), rule).toBe(false)
  })
})
