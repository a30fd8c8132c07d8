import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CIRCUITS_DIR } from '../../../src/setup/circuits.ts'
import { type Compiled, compileWhole } from '../../support/circuits/compiled-circuit.ts'
import { Forger, inputsOf, ONE_SLOT } from '../../support/circuits/forgery.ts'
import type { Line, Rule } from '../../support/circuits/rule.ts'
import { IMPLIED, RULES } from '../../support/circuits/rules.ts'
import { BUILD_TIMEOUT_MS } from '../../support/proving/test-circuit.ts'

/** With CIRCUIT_MUTANTS=all (`npm run test:circuit-mutants`), every mutant; otherwise some. */
const isExhaustive = process.env.CIRCUIT_MUTANTS === 'all'

let forger: Forger
beforeAll(async () => {
  forger = await Forger.of(ONE_SLOT)
}, BUILD_TIMEOUT_MS)

/** The circuit with lines taken out of its sources, or others in their place. */
function withoutLines(lines: readonly [...line: Line, by?: string][]): Promise<Compiled> {
  const edit = (file: string, source: string) =>
    lines
      .filter(([of]) => of === file)
      .reduce((text, [, line, by = '']) => {
        if (text.split(line).length !== 2) throw new Error(`${file} has not one line ${line}`)
        return text.replace(line, by)
      }, source)
  // Without simplification it compiles in two thirds of the time; what its witness generator accepts is the same.
  return compileWhole(ONE_SLOT, { edit, level: 'O0' })
}

const changesOf = ({ mutant = [], replaced }: Rule) =>
  replaced === undefined ? mutant : [...mutant, replaced]
const MUTANTS = RULES.filter((rule) => changesOf(rule).length > 0)
const chosen = isExhaustive ? MUTANTS : MUTANTS.filter((_, i) => i % 23 === 0)

describe('an under-constrained mutant accepts the forgery with', () => {
  it.each(chosen)('$rule', async (rule) => {
    const { without = [], forgery } = rule
    const inputs = inputsOf(forger, forgery())
    const { circuit } = await withoutLines([...changesOf(rule), ...without])
    expect(circuit.accepts(inputs)).toBe(true)
    if (without.length > 0) expect((await withoutLines(without)).circuit.accepts(inputs)).toBe(false)
  })
})

/** The lines of circuits/ that state a constraint. Those of assignments (`<==`) are shown by the sweeps of soundness.test.ts. */
function constraintLines(): Line[] {
  return readdirSync(CIRCUITS_DIR, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.circom') && !file.startsWith('generated'))
    .map((file) => file.replaceAll('\\', '/'))
    .flatMap((file) =>
      readFileSync(join(CIRCUITS_DIR, file), 'utf8')
        .split('\n')
        .map((line) => line.replace(/\/\/.*/, '').trim())
        .filter((line) => /===|^(AssertBits|BabyCheck)\(/.test(line))
        .map((line): Line => [file, line]),
    )
}

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
    const lines = constraintLines().map(named)
    expect(lines.length).toBeGreaterThan(45)
    expect(lines.filter((line) => !known.has(line))).toEqual([])
    expect([...known].filter((line) => !lines.includes(line))).toEqual([])
  })

  const implied = isExhaustive ? IMPLIED : IMPLIED.slice(0, 1)
  it.each(implied)('of those implied lets no forgery pass: %s %s (%s)', async (file, line) => {
    const { circuit } = await withoutLines([[file, line]])
    for (const { rule, forgery } of RULES)
      expect(circuit.accepts(inputsOf(forger, forgery())), rule).toBe(false)
  })
})
