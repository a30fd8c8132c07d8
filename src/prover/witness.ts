import * as snarkjs from 'snarkjs'
import type { Artifacts } from '../setup/artifacts.ts'

/**
 * Writes the witness of a circuit's inputs to a file, in the format that snarkjs and rapidsnark read.
 * @throws Error if the inputs do not satisfy the circuit
 */
export async function calculateWitness(
  { wasm }: Artifacts,
  input: Record<string, unknown>,
  path: string,
): Promise<void> {
  await snarkjs.wtns.calculate(input as snarkjs.CircuitSignals, wasm, path)
}

/** Whether calculateWitness failed because the inputs do not satisfy the circuit. */
export function isWitnessFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    /Assert Failed|^Signal |^Not enough values|^Too many values/m.test(error.message)
  )
}
