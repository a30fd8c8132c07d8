import { batchCircuit } from '../../setup/circuits.ts'

/** Hash of a batch circuit's development verification key. It is known before the key is built. @throws Error for an unknown circuit */
export function developmentVkHash(batchSize: number, depth: number): string {
  const circuit = batchCircuit(batchSize, depth)
  if (circuit === undefined)
    throw new Error(`there is no batch circuit for B = ${batchSize} at depth ${depth}`)
  return circuit.developmentVkHash || '00'.repeat(32)
}
