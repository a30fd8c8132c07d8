import { batchCircuit } from '../../setup/circuits.ts'

/** Hash of the development verification key of a batch circuit, known before the key is built. */
export function developmentVkHash(batchSize: number, depth: number): string {
  const circuit = batchCircuit(batchSize, depth)
  if (circuit === undefined)
    throw new Error(`there is no batch circuit for B = ${batchSize} at depth ${depth}`)
  return circuit.developmentVkHash || '00'.repeat(32)
}
