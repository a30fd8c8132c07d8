import { join } from 'node:path'
import { makeFolder, writePublicFile } from '../../config/files.ts'
import type { ProofJson } from '../../prover/proof.ts'

/** Writes a proof, its public signals and its key as snarkjs reads them, each file whole or not at all. */
export function writeForSnarkjs(
  folder: string,
  { proof, publicSignals }: Pick<ProofJson, 'proof' | 'publicSignals'>,
  verificationKey: unknown,
): void {
  makeFolder(folder)
  writeJson(folder, 'proof.json', proof)
  writeJson(folder, 'public.json', publicSignals)
  writeJson(folder, 'verification_key.json', verificationKey)
}

/** Writes a value as JSON to a file in a folder. */
export function writeJson(folder: string, name: string, value: unknown): void {
  writePublicFile(join(folder, name), `${JSON.stringify(value, null, 1)}\n`)
}
