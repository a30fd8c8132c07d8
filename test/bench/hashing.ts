import { buildPoseidon } from 'circomlibjs'
import { poseidonWasm } from '../../src/crypto/poseidon-wasm.ts'
import { count, cpuMs, median, printFigures } from './support/report.ts'

const ROUNDS = 5
const PER_ROUND = 10_000

/** Hashes a second on one core, the kernel beside circomlibjs in the same run, medians of alternating rounds. */
export async function benchHashing(): Promise<void> {
  const kernel = poseidonWasm()
  const reference = await buildPoseidon()
  const figures = []
  for (const arity of [2, 3, 4, 8]) {
    const values = Array.from({ length: arity }, (_, i) => BigInt(i))
    const element = reference(values)
    const inputs = Uint8Array.from({ length: arity * 32 }, (_, i) => element[i % 32]!)
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      let started = performance.now()
      for (let i = 0; i < PER_ROUND; i++) kernel.hash(values)
      ours.push((PER_ROUND * 1000) / (performance.now() - started))
      started = performance.now()
      for (let i = 0; i < PER_ROUND; i++) reference(inputs)
      theirs.push((PER_ROUND * 1000) / (performance.now() - started))
    }
    const [a, b] = [median(ours), median(theirs)]
    const pairs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const single = await cpuMs(() => {
        for (let i = 0; i < PER_ROUND; i++) kernel.hash(values)
      })
      const two = await cpuMs(() => {
        for (let i = 0; i < PER_ROUND; i += 2) kernel.pairs!.hash(values, values)
      })
      pairs.push(two / single)
    }
    figures.push({
      name: `Poseidon of ${arity} inputs`,
      value: `${count(a)} a second, ${(a / b).toFixed(1)} times circomlibjs's ${count(b)}`,
    })
    figures.push({
      name: `two hashes of ${arity} inputs at once, times as long as one after the other`,
      value: median(pairs).toFixed(2),
    })
  }
  printFigures('Hashing, one core', figures)
}
