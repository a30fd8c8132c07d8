import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Circuit, inputsHash } from './circuits.ts'
import type { Contribution } from './transcript.ts'

/** The files of a built circuit. */
export interface Artifacts {
  r1cs: string
  wasm: string
  zkey: string
  verificationKey: string
  /** Sizes and hashes of the other files: a Manifest in JSON. */
  manifest: string
}

/** What a build or an installation made. */
export interface Manifest {
  circuit: string
  kind: 'development' | 'production'
  /** Names the circuit's sources, its compiler and library: inputsHash. */
  source: string
  vkHash: string
  /** SHA-256 of the file of phase 1; null for a development key. */
  ceremony: string | null
  /** Who took part in phase 2, in order, with the hashes by which they find themselves. */
  contributions: readonly Contribution[]
  /** By file name: bytes, and SHA-256 in 64 hex digits. */
  files: Record<string, { bytes: number; sha256: string }>
}

/** The folder of all artifacts: INPIGRITAS_CACHE, or ~/.cache/inpigritas. */
export function cacheDir(): string {
  return process.env.INPIGRITAS_CACHE || join(homedir(), '.cache', 'inpigritas')
}

/** Where the artifacts of a circuit are, built or not. */
export function artifactPaths(circuit: Circuit, cache = cacheDir()): Artifacts {
  return pathsAt(join(cache, inputsHash(circuit), circuit.name))
}

/** Where the artifacts of a key from a ceremony are, installed or not. */
export function productionPaths(circuit: Circuit, hash: string, cache: string): Artifacts {
  return pathsAt(join(cache, `production-${hash.slice(0, 32)}`, circuit.name))
}

/** The artifacts among which a verification key lies, NAME.vkey.json; undefined if it has another name. */
export function artifactsBeside(verificationKey: string): Artifacts | undefined {
  const base = /^(.+)\.vkey\.json$/.exec(verificationKey)?.[1]
  return base === undefined ? undefined : pathsAt(base)
}

function pathsAt(base: string): Artifacts {
  return {
    r1cs: `${base}.r1cs`,
    wasm: `${base}.wasm`,
    zkey: `${base}.zkey`,
    verificationKey: `${base}.vkey.json`,
    manifest: `${base}.manifest.json`,
  }
}

/** The artifacts of a circuit if every file is there with the size that its manifest states. */
export function findArtifacts(circuit: Circuit, cache?: string): Artifacts | undefined {
  return ifComplete(artifactPaths(circuit, cache))
}

/** The artifacts of a key from a ceremony if it was installed here and every file has its size. */
export function findProduction(circuit: Circuit, hash: string, cache = cacheDir()): Artifacts | undefined {
  return ifComplete(productionPaths(circuit, hash, cache))
}

function ifComplete(paths: Artifacts): Artifacts | undefined {
  const manifest = readManifest(paths)
  const isComplete = filesOf(paths).every((path) => sizeOf(path) === manifest?.files[basename(path)]?.bytes)
  return manifest !== undefined && isComplete ? paths : undefined
}

/** The first of the artifacts that is missing, or has other bytes than were built or than circuits.json pins; undefined if none is. */
export async function damagedArtifact(
  artifacts: Artifacts,
  { r1csSha256 }: Pick<Circuit, 'r1csSha256'>,
): Promise<string | undefined> {
  const manifest = readManifest(artifacts)
  if (manifest === undefined) return artifacts.manifest
  const stated = manifest.files[basename(artifacts.r1cs)]?.sha256
  if (r1csSha256 !== '' && stated !== r1csSha256) return artifacts.r1cs
  for (const path of filesOf(artifacts)) {
    const hash = await sha256Of(path).catch(() => undefined)
    if (hash === undefined || hash !== manifest.files[basename(path)]?.sha256) return path
  }
  return undefined
}

/** SHA-256 of a file, 64 hex digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The verification key of built artifacts, as snarkjs reads it. */
export function readVerificationKey({ verificationKey }: Artifacts): unknown {
  return JSON.parse(readFileSync(verificationKey, 'utf8'))
}

/** Writes the manifest of a circuit's files, which are all in `folder`. */
export async function writeManifest(
  circuit: Circuit,
  folder: string,
  rest: Omit<Manifest, 'circuit' | 'source' | 'files'>,
): Promise<void> {
  const paths = pathsAt(join(folder, circuit.name))
  const manifest: Manifest = { circuit: circuit.name, source: inputsHash(circuit), ...rest, files: {} }
  for (const path of filesOf(paths)) {
    manifest.files[basename(path)] = { bytes: statSync(path).size, sha256: await sha256Of(path) }
  }
  writeFileSync(paths.manifest, `${JSON.stringify(manifest, null, 1)}\n`)
}

/** The files that a manifest lists. */
function filesOf({ r1cs, wasm, zkey, verificationKey }: Artifacts): string[] {
  return [r1cs, wasm, zkey, verificationKey]
}

/** SHA-256 of the proving key as the manifest states it, 64 hex digits; empty if it does not. */
export function zkeyHash(artifacts: Artifacts): string {
  return readManifest(artifacts)?.files[basename(artifacts.zkey)]?.sha256 ?? ''
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

/** The manifest of artifacts; undefined if there is none that can be read. */
export function readManifest({ manifest }: Pick<Artifacts, 'manifest'>): Manifest | undefined {
  try {
    const read = JSON.parse(readFileSync(manifest, 'utf8'))
    return typeof read?.files === 'object' && read.files !== null ? read : undefined
  } catch {
    return undefined
  }
}
