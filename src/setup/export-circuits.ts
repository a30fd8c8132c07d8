import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, makePublicFile, writePublicFile } from '../config/files.ts'
import { CIRCUITS_MANIFEST, type ServedCircuit, type ServedFile } from '../config/served-circuits.ts'
import { keyFileOf, writeKeyFile } from '../groth16/key-file.ts'
import { type Artifacts, sha256Of, zkeyHash } from './artifacts.ts'
import type { Circuit } from './circuits.ts'

/** A built or installed circuit with the key that its proofs are of. */
export interface ExportedCircuit {
  circuit: Circuit
  artifacts: Artifacts
  kind: ServedCircuit['kind']
  vkHash: string
}

/**
 * Copies what others need to prove with circuits into a folder that an api serves (`ictl api --circuits`): key files of the engine and witness
 * programs, named after their contents, and a manifest of them. Files of earlier exports stay, for those who are reading them.
 * @throws Failure KEY_DAMAGED; errors of the file system
 */
export async function exportCircuits(
  exported: readonly ExportedCircuit[],
  folder: string,
): Promise<ServedCircuit[]> {
  makeFolder(folder)
  const served: ServedCircuit[] = []
  for (const { circuit, artifacts, kind, vkHash } of exported) {
    const { name, template, parameters } = circuit
    const zkey = zkeyHash(artifacts)
    const key = keyFileOf(artifacts.zkey, zkey)
    if (!existsSync(key)) await writeKeyFile(artifacts.zkey, key, zkey)
    served.push({
      ...{ name, template, parameters, kind, vkHash },
      key: await copied(key, folder, name, 'key'),
      program: await copied(artifacts.wasm, folder, name, 'wasm'),
    })
  }
  writePublicFile(join(folder, CIRCUITS_MANIFEST), `${JSON.stringify(served, null, 1)}\n`)
  return served
}

/** Copies a file under the name that its content gives it. */
async function copied(from: string, folder: string, circuit: string, ending: string): Promise<ServedFile> {
  const sha256 = await sha256Of(from)
  const file = `${circuit}.${sha256.slice(0, 16)}.${ending}`
  const to = join(folder, file)
  await makePublicFile(to, (path) => copyFileSync(from, path))
  return { file, bytes: statSync(to).size, sha256 }
}
