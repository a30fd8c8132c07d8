import { createHash } from 'node:crypto'
import {
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import { vkHash } from '../verify/verification-key.ts'
import type { BuildMessage, BuildRequest } from './build-child.ts'
import { BuildLock } from './build-lock.ts'
import { type Contribution, verifyCeremony } from './ceremony.ts'
import { type Circuit, inputsHash } from './circuits.ts'

/** The files of a built circuit. */
export interface Artifacts {
  r1cs: string
  wasm: string
  zkey: string
  verificationKey: string
  /** Sizes and hashes of the others: a Manifest in JSON. */
  manifest: string
}

/** What a build made. */
interface Manifest {
  circuit: string
  kind: 'development' | 'production'
  /** Names the circuit's sources, its compiler and library: inputsHash. */
  source: string
  vkHash: string
  /** SHA-256 of the first phase's file; null for a development key. */
  ceremony: string | null
  /** Who took part in the second phase, in order. */
  contributions: readonly Contribution[]
  /** By file name: bytes, and SHA-256 in 64 hex digits. */
  files: Record<string, { bytes: number; sha256: string }>
}

/** How far a build is. */
export interface BuildProgress {
  stage: 'waiting' | 'compile' | 'set-up' | 'export'
  /** From 0 to 1, within the stage. */
  fraction: number
}

export interface BuildOptions {
  onProgress?: (progress: BuildProgress) => void
  /** Stops the build; ensureArtifacts then throws the signal's reason. */
  signal?: AbortSignal
  /** Where artifacts are kept. Default: see cacheDir. */
  cache?: string
}

/** Memory a build takes by slots, measured with room to spare. */
const BUILD_BYTES_FIXED = 600e6
const BUILD_BYTES_PER_SLOT = 150e6
const LOCK_POLL_MS = 500

/** INPIGRITAS_CACHE, or ~/.cache/inpigritas. */
function cacheDir(): string {
  return process.env.INPIGRITAS_CACHE || join(homedir(), '.cache', 'inpigritas')
}

/** Where the artifacts of a circuit are, built or not. */
export function artifactPaths(circuit: Circuit, cache = cacheDir()): Artifacts {
  return pathsAt(join(cache, inputsHash(circuit), circuit.name))
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

/** The artifacts if they are all there, with the sizes of their manifest. */
export function findArtifacts(circuit: Circuit, cache?: string): Artifacts | undefined {
  const paths = artifactPaths(circuit, cache)
  return isWhole(paths) ? paths : undefined
}

function isWhole(paths: Artifacts): boolean {
  const manifest = readManifest(paths)
  return (
    manifest !== undefined &&
    files(paths).every((path) => sizeOf(path) === manifest.files[basename(path)]?.bytes)
  )
}

/** The first of the artifacts that is gone or has other bytes than were built; undefined if all are whole. */
export async function damagedArtifact(artifacts: Artifacts): Promise<string | undefined> {
  const manifest = readManifest(artifacts)
  if (manifest === undefined) return artifacts.manifest
  for (const path of files(artifacts)) {
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

function files({ r1cs, wasm, zkey, verificationKey }: Artifacts): string[] {
  return [r1cs, wasm, zkey, verificationKey]
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

function readManifest({ manifest }: Artifacts): Manifest | undefined {
  try {
    const read = JSON.parse(readFileSync(manifest, 'utf8'))
    return typeof read?.files === 'object' && read.files !== null ? read : undefined
  } catch {
    return undefined
  }
}

/** The verification key of built artifacts, as snarkjs reads it. */
export function readVerificationKey({ verificationKey }: Artifacts): unknown {
  return JSON.parse(readFileSync(verificationKey, 'utf8'))
}

/**
 * The artifacts of a circuit, built into the cache if they are not there or damaged: compiled, its development key set up, checked against
 * circuits.json. Two builders at once, of any processes, build once.
 * @throws Failure LOW_MEMORY, OUT_OF_MEMORY, DISK_FULL, CACHE_UNUSABLE, BUILD_FAILED
 */
export async function ensureArtifacts(circuit: Circuit, options: BuildOptions = {}): Promise<Artifacts> {
  const { cache = cacheDir(), onProgress = () => {}, signal } = options
  const paths = artifactPaths(circuit, cache)
  const folder = join(cache, inputsHash(circuit))
  let lock: BuildLock | undefined
  try {
    mkdirSync(folder, { recursive: true })
    for (;;) {
      if ((await damagedArtifact(paths)) === undefined) return paths
      lock = BuildLock.take(join(folder, `${circuit.name}.lock`))
      if (lock !== undefined) break
      onProgress({ stage: 'waiting', fraction: 0 })
      await sleep(LOCK_POLL_MS, undefined, signal === undefined ? {} : { signal })
    }
    checkMemory(circuit)
    await build(circuit, folder, options)
    return paths
  } catch (error) {
    throw buildFailure(error, folder)
  } finally {
    lock?.release()
  }
}

async function build(circuit: Circuit, folder: string, { onProgress, signal }: BuildOptions): Promise<void> {
  for (const left of readdirSync(folder).filter((name) => name.startsWith('.building-'))) {
    rmSync(join(folder, left), { recursive: true, force: true })
  }
  const work = mkdtempSync(join(folder, '.building-'))
  try {
    await runChild<BuildRequest, BuildMessage>(moduleUrl(import.meta.url, './build-child'), {
      request: { circuit, folder: work },
      onMessage: (progress) => onProgress?.(progress),
      ...(signal === undefined ? {} : { signal }),
    })
    await writeManifest(circuit, work, {
      kind: 'development',
      vkHash: circuit.developmentVkHash,
      ceremony: null,
      contributions: [],
    })
    // The manifest comes last: whoever sees it sees all.
    for (const name of [...namesOf(circuit), `${circuit.name}.manifest.json`])
      renameSync(join(work, name), join(folder, name))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const namesOf = ({ name }: Circuit) =>
  ['r1cs', 'wasm', 'zkey', 'vkey.json'].map((ending) => `${name}.${ending}`)

/** Lists the files of a circuit in a folder. */
async function writeManifest(
  circuit: Circuit,
  folder: string,
  rest: Omit<Manifest, 'circuit' | 'source' | 'files'>,
): Promise<void> {
  const manifest: Manifest = { circuit: circuit.name, source: inputsHash(circuit), ...rest, files: {} }
  for (const name of namesOf(circuit)) {
    const path = join(folder, name)
    manifest.files[name] = { bytes: statSync(path).size, sha256: await sha256Of(path) }
  }
  writeFileSync(join(folder, `${circuit.name}.manifest.json`), `${JSON.stringify(manifest, null, 1)}\n`)
}

/** Where the artifacts of a key from a ceremony are, installed or not. */
function productionPaths(circuit: Circuit, hash: string, cache: string): Artifacts {
  return pathsAt(join(cache, `production-${hash.slice(0, 32)}`, circuit.name))
}

/** The artifacts of a key from a ceremony, if they were installed here and are whole in size. */
export function findProduction(circuit: Circuit, hash: string, cache = cacheDir()): Artifacts | undefined {
  const paths = productionPaths(circuit, hash, cache)
  return isWhole(paths) ? paths : undefined
}

/**
 * Checks a proving key from a ceremony and puts it into the cache, for provers and apis of chains that pin it.
 * @param ptau the first phase's file; it is read, not kept
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

function checkMemory({ parameters }: Circuit): void {
  const needed = BUILD_BYTES_FIXED + BUILD_BYTES_PER_SLOT * 4 ** parameters.height
  const free = process.availableMemory()
  if (free >= needed) return
  throw new Failure(
    'LOW_MEMORY',
    `the circuit build needs about ${gigabytes(needed)} of memory; ${gigabytes(free)} are free`,
    { hint: 'free some memory, or build elsewhere and copy the cache folder', retry: true },
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function buildFailure(error: unknown, folder: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') {
    return new Failure('DISK_FULL', `no space left for circuits in ${folder}`, {
      hint: 'free some space, or set INPIGRITAS_CACHE to another folder',
      retry: true,
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM') {
    return new Failure('CACHE_UNUSABLE', `circuits cannot be written to ${folder} (${code})`, {
      hint: 'set INPIGRITAS_CACHE to a folder of yours',
      cause: error,
    })
  }
  return error
}
