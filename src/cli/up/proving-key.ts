import { readFileSync } from 'node:fs'

interface Circuits {
  batch: { batchSize: number; depth: number; developmentVkHash: string }[]
}

/** Hash of the development verification key of a batch circuit, known before the key is built. */
export function developmentVkHash(batchSize: number, depth: number): string {
  const file = new URL('../../../circuits/circuits.json', import.meta.url)
  const { batch } = JSON.parse(readFileSync(file, 'utf8')) as Circuits
  const instance = batch.find((b) => b.batchSize === batchSize && b.depth === depth)
  if (instance === undefined)
    throw new Error(`there is no batch circuit for B = ${batchSize} at depth ${depth}`)
  return instance.developmentVkHash
}
