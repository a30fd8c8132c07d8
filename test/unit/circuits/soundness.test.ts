import { babyjubjub } from '@noble/curves/misc.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import { type Compiled, compileWhole, TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { Constraints } from '../../support/circuits/constraints.ts'
import {
  alice,
  bob,
  Forger,
  type Forgery,
  inputsOf,
  issuer,
  type Leaf,
  lot,
  mallory,
  ONE_SLOT,
  reinstatableLot,
} from '../../support/circuits/forgery.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { BUILD_TIMEOUT_MS, testArtifacts, testCircuit } from '../../support/proving/test-circuit.ts'

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

const INVERSE = (x: bigint) => babyjubjub.Point.Fp.inv(x)
const WRAP = 1n << 120n

const aliceLeaf: Leaf = { index: 5, account: alice.account, inTotal: 100n, outTotal: 60n }
const bobLeaf: Leaf = { index: 9, account: bob.account, inTotal: 10n, outTotal: 3n }
const mintLeaf: Leaf = { index: 2, account: MINT, inTotal: 1000n, outTotal: 100n }
const retiredLeaf: Leaf = { index: 3, account: RETIRED, inTotal: 50n, outTotal: 0n }
const issue = { from: MINT, fromStart: 100n, fromHolding: 2n, senderInTotal: 1000n }
const registered = {
  proven: 0n,
  register: 1n,
  from: issuer.account,
  to: MINT,
  fromStart: 0n,
  amount: lot.cap,
  memo: lot.definitionHash,
  toStart: 0n,
  fromHolding: 2n,
  toHolding: 2n,
  senderInTotal: lot.cap,
  receiverOutTotal: 0n,
}

interface Rule {
  rule: string
  /** The lines of a source without which the forgery passes. */
  mutant?: [file: string, line: string][]
  forgery: () => Forgery
}

const SLOT = 'lib/slot.circom'

/** Each rule of a batch, broken on its own. Where a rule is one line, the circuit without that line must accept the forgery. */
const RULES: Rule[] = [
  {
    rule: 'an amount of 0',
    mutant: [[SLOT, 'noAmount === 1 - real;']],
    forgery: () => ({ slot: { amount: 0n } }),
  },
  {
    rule: 'an amount of 2^112',
    mutant: [[SLOT, 'AssertBits(AMOUNT_BITS())(amount);']],
    forgery: () => ({
      slot: { amount: 1n << 112n, senderInTotal: 1n << 113n },
      leaves: [{ ...aliceLeaf, inTotal: 1n << 113n }, bobLeaf],
    }),
  },
  {
    rule: 'a negative amount',
    forgery: () => ({ slot: { amount: R - 5n } }),
  },
  {
    rule: 'more than the balance',
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal - fromStart - amount);']],
    forgery: () => ({ slot: { amount: 41n } }),
  },
  {
    rule: "a sender's counters shifted through the packing, to spend more than the balance",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(senderInTotal);']],
    forgery: () => ({ slot: { senderInTotal: 100n + WRAP, fromStart: 59n, amount: 50n } }),
  },
  {
    rule: "a receiver's inTotal beyond 120 bits",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(toStart + amount);']],
    forgery: () => ({
      slot: { toStart: WRAP - 1n },
      leaves: [aliceLeaf, { ...bobLeaf, inTotal: WRAP - 1n }],
    }),
  },
  {
    rule: "a receiver's counters shifted through the packing, to move where its units begin",
    mutant: [[SLOT, 'AssertBits(COUNTER_BITS())(receiverOutTotal);']],
    forgery: () => ({ slot: { toStart: 7n, receiverOutTotal: (3n + 3n * INVERSE(WRAP)) % R } }),
  },
  {
    rule: 'an attested record counted as proven, by an era shifted through the packing',
    mutant: [[SLOT, 'AssertBits(ERA_BITS())(blockEra);']],
    forgery: () => ({ slot: { blockEra: (8n + INVERSE(1n << 8n)) % R } }),
  },
  {
    rule: 'a sender that is its own receiver',
    mutant: [[SLOT, 'real * toItself === 0;']],
    forgery: () => ({
      slot: { to: alice.account, toHolding: 5n, toStart: 100n, receiverOutTotal: 65n },
    }),
  },
  {
    rule: 'a transfer to MINT',
    mutant: [[SLOT, 'real * (toMint - register) === 0;']],
    forgery: () => ({
      slot: { to: MINT, toHolding: 2n, toStart: 1000n, receiverOutTotal: 100n },
      leaves: [aliceLeaf, mintLeaf],
    }),
  },
  {
    rule: 'units from MINT to RETIRED',
    mutant: [[SLOT, 'fromMint * toRetired === 0;']],
    forgery: () => ({
      slot: { ...issue, to: RETIRED, toHolding: 3n, toStart: 50n, receiverOutTotal: 0n },
      leaves: [mintLeaf, retiredLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'units out of RETIRED of an asset that cannot be reinstated',
    mutant: [[SLOT, 'fromRetired * (1 - reinstatable) === 0;']],
    forgery: () => ({
      slot: { from: RETIRED, fromStart: 0n, fromHolding: 3n, senderInTotal: 50n },
      leaves: [retiredLeaf, bobLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'an asset opened as reinstatable that is not',
    mutant: [[SLOT, 'opened === assetId;']],
    forgery: () => ({
      slot: { from: RETIRED, fromStart: 0n, fromHolding: 3n, senderInTotal: 50n, reinstatable: 1n },
      leaves: [retiredLeaf, bobLeaf],
      by: issuer,
    }),
  },
  {
    rule: 'an issue by an account that is not the issuer',
    mutant: [[SLOT, 'opened === assetId;']],
    forgery: () => ({
      slot: { ...issue, issuer: mallory.account },
      leaves: [mintLeaf, bobLeaf],
      by: mallory,
    }),
  },
  {
    rule: 'a new receiver that has already sent units',
    mutant: [[SLOT, 'opens * receiverOutTotal === 0;']],
    forgery: () => ({ slot: { toStart: 0n, receiverOutTotal: 5n }, leaves: [aliceLeaf] }),
  },
  {
    rule: 'a new receiver over an existing leaf',
    mutant: [['lib/tree.circom', 'own[l].out === old;']],
    forgery: () => ({ slot: { to: mallory.account, toStart: 0n, receiverOutTotal: 0n } }),
  },
  {
    rule: 'a leaf at another index',
    mutant: [['lib/tree.circom', 'own[l].out === old;']],
    forgery: () => ({ slot: { fromHolding: 6n } }),
  },
  {
    rule: 'a path that leads to another node under the root',
    mutant: [['lib/tree.circom', 'topOwn.out === old;']],
    // The index of bob's leaf with other high bits: another of the nodes, to which the path does not lead.
    forgery: () => ({ slot: { toHolding: 13n }, receiverPathTo: 9n }),
  },
  {
    rule: 'an index of more bits than the tree has levels',
    forgery: () => ({ slot: { toHolding: 9n + 64n } }),
  },
  {
    rule: "a key that is not the signer's",
    mutant: [[SLOT, 'proven * (account - signer) === 0;']],
    forgery: () => ({ by: mallory }),
  },
  {
    rule: 'no signature, from the account of the identity key',
    mutant: [[SLOT, 'proven * eddsa.isIdentity === 0;']],
    forgery: () => ({
      slot: { from: poseidon.hash([0n, 1n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, 1n]) }, bobLeaf],
      by: null,
    }),
  },
  {
    rule: 'a key of small order',
    forgery: () => ({
      slot: { from: poseidon.hash([0n, R - 1n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, R - 1n]) }, bobLeaf],
      by: null,
      alter: () => ({ keyEighth: [0n, R - 1n] }),
    }),
  },
  {
    rule: 'a key off the curve',
    mutant: [
      ['lib/eddsa.circom', 'BabyCheck()(keyEighth[0], keyEighth[1]);'],
      [SLOT, 'proven * eddsa.isIdentity === 0;'],
    ],
    forgery: () => ({
      slot: { from: poseidon.hash([0n, 0n]) },
      leaves: [{ ...aliceLeaf, account: poseidon.hash([0n, 0n]) }, bobLeaf],
      by: null,
      alter: () => ({ keyEighth: [0n, 0n] }),
    }),
  },
  {
    rule: 'R8 off the curve',
    forgery: () => ({ alter: ({ r8: [x, y] }) => ({ r8: [x! + 1n, y!] }) }),
  },
  {
    rule: 'S + l',
    mutant: [['lib/bits.circom', '(1 - tied[i] - bits[i]) * bits[i] === 0;']],
    forgery: () => lowScalar(),
  },
  {
    rule: 'an index of the batch of more than 32 bits',
    mutant: [['batch.circom', 'AssertBits(COUNT_BITS())(index);']],
    forgery: () => ({ claimed: { index: 1n << 32n } }),
  },
  {
    rule: 'the recordsRoot of another batch',
    mutant: [['batch.circom', 'records.root === recordsRoot;']],
    forgery: () => ({ claimed: { recordsRoot: 12_345n } }),
  },
  {
    rule: 'another stateRootBefore',
    mutant: [['batch.circom', 'before === stateRootBefore;']],
    forgery: () => ({ claimed: { stateRootBefore: 12_345n } }),
  },
  {
    rule: 'another stateRootAfter',
    mutant: [['batch.circom', 'after === stateRootAfter;']],
    forgery: () => ({ claimed: { stateRootAfter: 12_345n } }),
  },
  {
    rule: 'an attested slot counted as proven',
    mutant: [['batch.circom', 'counts === provenCount + attestedCount * 2**COUNT_BITS();']],
    forgery: () => ({ slot: { proven: 0n, attested: 1n }, by: null, claimed: { counts: 1n } }),
  },
  {
    rule: 'a batch without a record',
    mutant: [['batch.circom', 'slot[0].real === 1;']],
    forgery: () => ({ slot: { ...emptied }, by: null }),
  },
  {
    rule: 'an empty slot that opens a leaf',
    mutant: [
      [SLOT, 'opens * (1 - real) === 0;'],
      ['batch.circom', 'slot[0].real === 1;'],
    ],
    forgery: () => ({
      slot: { ...emptied, toStart: 0n, receiverOutTotal: 0n, toHolding: 20n, to: mallory.account },
      by: null,
      leaves: [aliceLeaf],
    }),
  },
  {
    rule: 'a registration by an account that is not the issuer',
    mutant: [[SLOT, 'register * (from - issuer) === 0;']],
    forgery: () => ({ slot: { ...registered, from: mallory.account }, leaves: [], by: null }),
  },
  {
    rule: 'a registration of less than the cap',
    mutant: [[SLOT, 'register * (amount - cap) === 0;']],
    forgery: () => ({
      slot: { ...registered, amount: lot.cap - 1n },
      leaves: [],
      by: null,
    }),
  },
  {
    rule: 'a registration of another definition',
    mutant: [[SLOT, 'register * (memo - definitionHash) === 0;']],
    forgery: () => ({ slot: { ...registered, memo: 5n }, leaves: [], by: null }),
  },
  {
    rule: 'a registration into a holding other than the mint’s',
    mutant: [[SLOT, 'real * (toMint - register) === 0;']],
    forgery: () => ({ slot: { ...registered, to: bob.account }, leaves: [], by: null }),
  },
  {
    rule: 'a registration over an existing leaf',
    forgery: () => ({
      slot: { ...registered, toStart: 1000n, receiverOutTotal: 100n },
      leaves: [mintLeaf],
      by: null,
    }),
  },
  {
    rule: 'a decimals field of more than 8 bits',
    mutant: [[SLOT, 'AssertBits(DECIMALS_BITS())(decimals);']],
    // decimals of 256 packs as a reinstatable asset of 0 decimals.
    forgery: () => ({
      slot: { ...reinstatableLot, decimals: 256n, reinstatable: 0n },
    }),
  },
]

const emptied = {
  proven: 0n,
  amount: 0n,
  era: 0n,
  blockEra: 0n,
  memo: 0n,
}

/** A signature whose S leaves room for l in 251 bits. */
function lowScalar(): Forgery {
  return {
    alter: ({ s }) => ({ s: s + SUBGROUP_ORDER }),
    until: ({ s }) => s + SUBGROUP_ORDER < 1n << 251n,
  }
}

/** The circuit with lines taken out of its sources. */
function withMutant(mutant: NonNullable<Rule['mutant']>): Promise<Compiled> {
  const edit = (file: string, source: string) =>
    mutant
      .filter(([of]) => of === file)
      .reduce((text, [, line]) => {
        if (text.split(line).length !== 2) throw new Error(`${file} has not one line ${line}`)
        return text.replace(line, '')
      }, source)
  // Without simplification it compiles in two thirds of the time; what its witness generator accepts is the same.
  return compileWhole(ONE_SLOT, { edit, level: 'O0' })
}

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
    { slot: { proven: 0n, attested: 1n }, by: null },
    { slot: registered, leaves: [], by: null },
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
    ['an attested transfer', { slot: { proven: 0n, attested: 1n }, by: null }],
    ['a registration', { slot: registered, leaves: [], by: null }],
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
    expect(free.size).toBeLessThan(8 * 4)
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

const CIRCUIT_MUTANTS = RULES.filter(({ mutant }) => mutant !== undefined)
const chosenMutants = isExhaustive ? CIRCUIT_MUTANTS : CIRCUIT_MUTANTS.filter((_, i) => i % 9 === 0)

afterAll(() => {
  const { swept, chosen } = counted
  console.log(`${RULES.length} forgeries, ${chosen} changed choices and ${swept} changed signals tried`)
})

describe('an under-constrained mutant accepts the forgery with', () => {
  it.each(chosenMutants)('$rule', async ({ mutant, forgery }) => {
    const { circuit } = await withMutant(mutant!)
    expect(circuit.accepts(inputsOf(forger, forgery()))).toBe(true)
  })
})
