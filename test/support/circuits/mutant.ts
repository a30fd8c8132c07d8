import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCUITS_DIR } from '../../../src/setup/circuits.ts'
import { type Compiled, compileWhole } from './compiled-circuit.ts'
import type { Line } from './rule.ts'

type Instance = Parameters<typeof compileWhole>[0]

/** The circuit with lines taken out of its sources, or others in their place. */
export function withoutLines(
  circuit: Instance,
  lines: readonly [...line: Line, by?: string][],
): Promise<Compiled> {
  const edit = (file: string, source: string) =>
    lines
      .filter(([of]) => of === file)
      .reduce((text, [, line, by = '']) => {
        if (text.split(line).length !== 2) throw new Error(`${file} has not one line ${line}`)
        return text.replace(line, by)
      }, source)
  // Without simplification it compiles in two thirds of the time; what its witness generator accepts is the same.
  return compileWhole(circuit, { edit, level: 'O0' })
}

/** The lines of circuits/ that state a constraint. Those of assignments (`<==`) are shown by sweeps. */
export function constraintLines(isIn: (file: string) => boolean): Line[] {
  return readdirSync(CIRCUITS_DIR, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.circom') && !file.startsWith('generated') && isIn(file))
    .flatMap((file) =>
      readFileSync(join(CIRCUITS_DIR, file), 'utf8')
        .split('\n')
        .map((line) => line.replace(/\/\/.*/, '').trim())
        .filter((line) => /===|^(AssertBits|BabyCheck)\(/.test(line))
        .map((line): Line => [file, line]),
    )
}

/** Files of the origin circuit that the batch circuit does not have. */
export const isOfOrigins = (file: string): boolean =>
  ['origin.circom', 'lib/journey.circom', 'lib/hop.circom', 'lib/path.circom'].includes(file)
