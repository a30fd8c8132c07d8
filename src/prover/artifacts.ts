import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { moduleUrl } from '../config/module-url.ts'
import type { BuildMessage, BuildRequest } from './build-child.ts'
import { BuildLock } from './build-lock.ts'
import { runChild } from './child.ts'
import { type Circuit, inputsHash } from './circuits.ts'

/** The files of a built circuit. */
export interface Artifacts {
  r1cs: string
  wasm: string
  zkey: string
  verificationKey: string
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
  const base = join(cache, inputsHash(circuit), circuit.name)
  return {
    r1cs: `${base}.r1cs`,
    wasm: `${base}.wasm`,
    zkey: `${base}.zkey`,
    verificationKey: `${base}.vkey.json`,
  }
}

/** The artifacts if they are all there; files appear only when complete. */
export function findArtifacts(circuit: Circuit, cache?: string): Artifacts | undefined {
  const paths = artifactPaths(circuit, cache)
  return Object.values(paths).every((path) => existsSync(path)) ? paths : undefined
}

/** The verification key of built artifacts, as snarkjs reads it. */
export function readVerificationKey({ verificationKey }: Artifacts): unknown {
  return JSON.parse(readFileSync(verificationKey, 'utf8'))
}

/**
 * The artifacts of a circuit, built into the cache if they are not there: compiled, its development key set up, checked against
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
      if (findArtifacts(circuit, cache) !== undefined) return paths
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
    // The verification key comes last: whoever sees it sees all.
    for (const ending of ['r1cs', 'wasm', 'zkey', 'vkey.json']) {
      renameSync(join(work, `${circuit.name}.${ending}`), join(folder, `${circuit.name}.${ending}`))
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
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
