import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../config/files.ts'
import { keyFileOf, writeKeyFile } from '../groth16/key-file.ts'
import { vkHash } from '../verify/verification-key.ts'
import { type Artifacts, cacheDir, productionPaths, sha256Of, writeManifest } from './artifacts.ts'
import { type BuildOptions, ensureArtifacts } from './build.ts'
import { checkPhase1, verifyCeremony } from './ceremony.ts'
import type { Circuit } from './circuits.ts'
import type { Contribution } from './transcript.ts'

/**
 * Checks a proving key from a ceremony and puts it into the cache, where the provers and apis of chains that pin it find it.
 * @param ptau the file of phase 1; it is read, not stored
 * @param sha256 that was announced for it, 64 hex digits; needed unless it is a published file
 * @throws Failure as checkPhase1, verifyCeremony and ensureArtifacts
 */
export async function installProduction(
  circuit: Circuit,
  { zkey, ptau, sha256, ...options }: BuildOptions & { zkey: string; ptau: string; sha256?: string },
): Promise<{ vkHash: string; contributions: readonly Contribution[]; artifacts: Artifacts }> {
  const phase1 = await checkPhase1(ptau, sha256)
  const built = await ensureArtifacts(circuit, options)
  const { key, json, contributions } = await verifyCeremony(built.r1cs, ptau, zkey)
  const hash = vkHash(key)
  const artifacts = productionPaths(circuit, hash, options.cache ?? cacheDir())
  const folder = dirname(artifacts.zkey)
  const work = `${folder}.new`
  rmSync(work, { recursive: true, force: true })
  makeFolder(work)
  const copies = { r1cs: built.r1cs, wasm: built.wasm, zkey }
  for (const [ending, path] of Object.entries(copies))
    copyFileSync(path, join(work, `${circuit.name}.${ending}`))
  writeFileSync(join(work, `${circuit.name}.vkey.json`), `${JSON.stringify(json, null, 1)}\n`)
  await writeManifest(circuit, work, {
    kind: 'production',
    vkHash: hash,
    ceremony: phase1.sha256,
    contributions,
  })
  await writeKeyFile(zkey, keyFileOf(join(work, `${circuit.name}.zkey`), await sha256Of(zkey)))
  rmSync(folder, { recursive: true, force: true })
  renameSync(work, folder)
  return { vkHash: hash, contributions, artifacts }
}
