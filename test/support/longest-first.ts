import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, so that no core idles at the end while one of them runs. */
const LONGEST = [
  'e2e/documents',
  'e2e/first-run',
  'e2e/settlement',
  'e2e/machines',
  'integration/node/peers',
  'unit/circuits/soundness',
  'unit/circuits/mutants',
  'unit/circuits/batch',
  'simulation/seeds-even',
  'simulation/seeds-odd',
  'simulation/ledger',
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
