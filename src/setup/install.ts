import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { vkHash } from '../verify/verification-key.ts'
import {
  type Artifacts,
  type Contribution,
  cacheDir,
  productionPaths,
  sha256Of,
  writeManifest,
} from './artifacts.ts'
import { type BuildOptions, ensureArtifacts } from './build.ts'
import { verifyCeremony } from './ceremony.ts'
import type { Circuit } from './circuits.ts'

/**
 * Checks a proving key from a ceremony and puts it into the cache, where the provers and apis of chains that pin it find it.
 * @param ptau the file of phase 1; it is read, not stored
 * @throws Failure as verifyCeremony and ensureArtifacts
 */
export async function installProduction(
  circuit: Circuit,
  { zkey, ptau, ...options }: BuildOptions & { zkey: string; ptau: string },
): Promise<{ vkHash: string; contributions: readonly Contribution[]; artifacts: Artifacts }> {
  const built = await ensureArtifacts(circuit, options)
  const { key, json, contributions } = await verifyCeremony(built.r1cs, ptau, zkey)
  const hash = vkHash(key)
  const artifacts = productionPaths(circuit, hash, options.cache ?? cacheDir())
  const folder = dirname(artifacts.zkey)
  const work = `${folder}.new`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const copies = { r1cs: built.r1cs, wasm: built.wasm, zkey }
  for (const [ending, path] of Object.entries(copies))
    copyFileSync(path, join(work, `${circuit.name}.${ending}`))
  writeFileSync(join(work, `${circuit.name}.vkey.json`), `${JSON.stringify(json, null, 1)}\n`)
  await writeManifest(circuit, work, {
    kind: 'production',
    vkHash: hash,
    ceremony: await sha256Of(ptau),
    contributions,
  })
  rmSync(folder, { recursive: true, force: true })
  renameSync(work, folder)
  return { vkHash: hash, contributions, artifacts }
}
