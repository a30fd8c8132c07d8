import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, so that no core idles at the end while one of them runs. */
const LONGEST = [
  'e2e/documents',
  'e2e/first-run',
  'e2e/settlement',
  'e2e/machines',
  'simulation/seeds-odd',
  'simulation/seeds-even',
  'integration/prover/backend',
  'integration/node/node',
  'property/trace',
  'unit/circuits/hashes',
  'simulation/node-seeds-even',
  'simulation/ledger',
  'integration/node/peers',
  'unit/circuits/batch',
  'simulation/node-seeds-odd',
  'unit/circuits/mutants',
  'integration/documents/readme',
  'unit/circuits/gadgets',
  'unit/groth16/random-circuits',
  'unit/circuits/soundness',
  'property/peer-messages',
  'unit/verify/hostile',
  'unit/keys/key-store',
]

/** Starts the longest files first, the others in Vitest's order: by what they took last time, or by size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return at === -1 ? LONGEST.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
