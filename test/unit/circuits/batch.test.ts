import { beforeAll, describe, expect, it } from 'vitest'
import { R, readField } from '../../../src/crypto/field.ts'
import { leafHash } from '../../../src/ledger/hashes.ts'
import type { BatchInput } from '../../../src/proofs/batch-input.ts'
import { batchCircuit } from '../../../src/setup/circuits.ts'
import { readR1cs } from '../../../src/setup/groth16/r1cs.ts'
import { type BatchWorld, storyOfEveryKind } from '../../support/circuits/batch-world.ts'
import { TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  BATCH_SIZE,
  BUILD_TIMEOUT_MS,
  testArtifacts,
  testCircuit,
} from '../../support/proving/test-circuit.ts'

const parameters = testCircuit().parameters
type Value = bigint | Value[]
type Inputs = Record<string, Value[]>

let circuit: TestCircuit
let world: BatchWorld
beforeAll(async () => {
  const artifacts = await testArtifacts()
  circuit = TestCircuit.load(artifacts.wasm)
  world = storyOfEveryKind()
}, BUILD_TIMEOUT_MS)

const accepts = (input: BatchInput) => circuit.accepts(input as unknown as Record<string, bigint[]>)
const slotsOf = (input: BatchInput) => input as unknown as Inputs

/** The inputs with one number changed. */
function changed(input: BatchInput, name: string, path: number[], to: (value: bigint) => bigint): BatchInput {
  const copy = structuredClone(slotsOf(input)) as Record<string, Value>
  const steps = [name, ...path]
  let at = copy as unknown as Record<string | number, Value>
  for (const step of steps.slice(0, -1)) at = at[step] as unknown as Record<number, Value>
  const last = steps.at(-1)!
  at[last] = ((to(at[last] as bigint) % R) + R) % R
  return copy as unknown as BatchInput
}

/** Where the numbers of a signal are. */
function paths(value: Value, path: number[] = []): number[][] {
  return Array.isArray(value) ? value.flatMap((one, i) => paths(one, [...path, i])) : [path]
}

describe('the batch circuit', () => {
  it('has the constraints that circuits.json states, at most 20,300 per slot, and 20,000 at B = 16', async () => {
    const { constraints, publicSignals } = readR1cs((await testArtifacts()).r1cs)
    expect(constraints).toBe(testCircuit().constraints)
    expect(constraints / BATCH_SIZE).toBeLessThanOrEqual(20_300)
    expect(batchCircuit(16, 12)!.constraints / 16).toBeLessThanOrEqual(20_000)
    expect(publicSignals).toBe(8)
  })

  it('accepts records of every kind, full batches and tails', () => {
    for (const [first, count] of [
      [0, 4],
      [4, 4],
      [8, 1],
      [8, 2],
      [0, 1],
      [0, 3],
      [4, 2],
    ] as const) {
      expect(accepts(world.input(parameters, first, count)), `${first}+${count}`).toBe(true)
    }
  })

  it('rejects a change of any public signal', () => {
    const input = world.input(parameters, 4, 3)
    for (const name of testCircuit().public) {
      // The index is the verifier's to check: it is bound by the proof alone.
      if (name === 'index') continue
      expect(accepts(changed(input, name, [], (x) => x + 1n)), name).toBe(false)
    }
    expect(accepts(changed(input, 'index', [], () => 1n << 32n))).toBe(false)
    expect(accepts(changed(input, 'counts', [], (x) => x - 1n + (1n << 32n)))).toBe(false)
  })

  /** Slots by what they hold. */
  it.each([
    ['a registration', 0, 4, 0],
    ['an issue', 0, 4, 1],
    ['an attested transfer', 4, 3, 0],
    ['a retirement', 4, 3, 1],
    ['a reinstatement', 4, 3, 2],
    ['an attested registration', 8, 2, 1],
    ['an empty slot', 4, 3, 3],
  ])('rejects a change of any input of %s', (_, first, count, slot) => {
    const input = world.input(parameters, first, count)
    const accepted: string[] = []
    for (const [name, values] of Object.entries(slotsOf(input))) {
      if (!Array.isArray(values) || name === 'nodes') continue
      // Of the paths, one child a level: the levels' hashes do not differ in kind.
      const all = paths(values[slot]!, [slot])
      const tried = name.endsWith('Path') ? all.filter((_, i) => i % 13 === 0) : all
      for (const path of tried) {
        if (accepts(changed(input, name, path, (x) => x + 1n))) accepted.push(`${name} ${path.join('.')}`)
      }
    }
    expect(accepted).toEqual([])
  })

  it('rejects a wrong node under the root', () => {
    const input = world.input(parameters, 4, 3)
    for (const i of [0, 1, 15]) expect(accepts(changed(input, 'nodes', [i], (x) => x + 1n))).toBe(false)
  })
})

/** An issue of 100 units, second record of the story; the mint's cap is 1,000. */
const issue = () => world.input(parameters, 0, 4)
const set = (input: BatchInput, values: Record<string, bigint>, slot = 1) =>
  Object.entries(values).reduce((next, [name, value]) => changed(next, name, [slot], () => value), input)

describe('the batch circuit rejects', () => {
  it('an empty slot before a record', () => {
    const full = slotsOf(issue())
    const tail = slotsOf(world.input(parameters, 0, 1))
    const mixed = structuredClone(full)
    for (const [name, values] of Object.entries(mixed)) {
      if (Array.isArray(values) && name !== 'nodes') values[1] = tail[name]![1]!
    }
    expect(accepts(mixed as unknown as BatchInput)).toBe(false)
  })

  it('records in another order', () => {
    const input = slotsOf(issue())
    const swapped = structuredClone(input)
    for (const [name, values] of Object.entries(input)) {
      if (!Array.isArray(values) || name === 'nodes') continue
      swapped[name]![1] = values[2]!
      swapped[name]![2] = values[1]!
    }
    expect(accepts(input as unknown as BatchInput)).toBe(true)
    expect(accepts(swapped as unknown as BatchInput)).toBe(false)
  })

  it("another batch's recordsRoot", () => {
    const { recordsRoot } = world.input(parameters, 4, 4)
    expect(accepts({ ...issue(), recordsRoot })).toBe(false)
  })
})

describe('a slot of the batch circuit rejects', () => {
  it('amounts of 0, negative ones, and 2^112', () => {
    for (const amount of [0n, -1n, 1n << 112n])
      expect(accepts(set(issue(), { amount })), String(amount)).toBe(false)
  })

  it('kinds that are not bits, records that are proven and attested, or neither', () => {
    expect(accepts(set(issue(), { proven: 2n }))).toBe(false)
    expect(accepts(set(issue(), { proven: 1n, attested: 1n }))).toBe(false)
    expect(accepts(set(issue(), { proven: 0n, attested: 0n }))).toBe(false)
    expect(accepts(set(issue(), { register: 1n }))).toBe(false)
  })

  it('an attested record counted as proven, and the reverse', () => {
    expect(accepts(set(issue(), { proven: 0n, attested: 1n }))).toBe(false)
    const input = world.input(parameters, 4, 4)
    expect(accepts(set(input, { proven: 1n, attested: 0n }, 0))).toBe(false)
  })

  it('an empty slot that opens a holding', () => {
    const input = world.input(parameters, 4, 3)
    const tree = world.treeBefore(parameters, 7)
    const opened = {
      index: 100,
      account: 12_345n,
      assetId: world.records[0]!.assetId,
      inTotal: 0n,
      outTotal: 0n,
    }
    const path = Array.from({ length: parameters.depth - parameters.top }, (_, level) => {
      const quad = tree.quad(level, Math.floor(opened.index / 4 ** (level + 1)))
      return Array.from({ length: 4 }, (_, child) => readField(quad, 32 * child))
    })
    tree.setLeaves([[opened.index, leafHash(poseidon, opened)]])
    const slot = { to: opened.account, toStart: 0n, toHolding: 100n, receiverOutTotal: 0n }
    const crafted = slotsOf(set(input, slot, 3))
    crafted.receiverPath![3] = path
    expect(accepts({ ...crafted, stateRootAfter: tree.root } as unknown as BatchInput)).toBe(false)
  })

  it('a signature by another key over the right record', () => {
    const input = slotsOf(issue())
    const other = slotsOf(world.input(parameters, 4, 4))
    const mixed = structuredClone(input)
    for (const name of ['keyEighth', 'r8', 's']) mixed[name]![1] = other[name]![1]!
    expect(accepts(mixed as unknown as BatchInput)).toBe(false)
  })

  it('no signature in a slot that is counted as proven', () => {
    const input = slotsOf(issue())
    input.keyEighth![1] = [0n, 1n]
    input.r8![1] = [0n, 1n]
    input.s![1] = 0n
    expect(accepts(input as unknown as BatchInput)).toBe(false)
  })
})
