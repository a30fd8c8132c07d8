import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { makeFolder } from '../config/files.ts'
import { keyFileOf } from '../groth16/key-file.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import {
  type Artifacts,
  artifactPaths,
  cacheDir,
  damagedArtifact,
  writeManifest,
  zkeyHash,
} from './artifacts.ts'
import type { BuildProgress, BuildRequest } from './build-child.ts'
import { BuildLock } from './build-lock.ts'
import type { Circuit } from './circuits.ts'

/** How far a build is, as ensureArtifacts tells it. */
export interface BuildStatus extends BuildProgress {
  /** Since the stage began. */
  seconds: number
}

/** A status in words, such as `compile, 12 s` or `trusted setup 45%, 3 s`. */
export function statusText({ stage, fraction, seconds }: BuildStatus): string {
  const percent = fraction > 0 ? ` ${Math.round(fraction * 100)}%` : ''
  return `${stage}${percent}, ${Math.floor(seconds)} s`
}

export interface BuildOptions {
  /** Hears of the stages, and of `waiting` while another process builds the same circuit; at least once a second. */
  onProgress?: (status: BuildStatus) => void
  /** Stops the build; ensureArtifacts then throws the signal's reason. */
  signal?: AbortSignal
  /** Where artifacts are stored. Default: see cacheDir. */
  cache?: string
}

/** Memory that a build takes, as measured, with a margin. */
const BUILD_BYTES_FIXED = 600e6
const BUILD_BYTES_PER_CONSTRAINT = 7_800
const LOCK_POLL_MS = 500
/** How often the last progress is told again, for whoever shows that the build goes on. */
const REPEAT_MS = 1_000

/**
 * The artifacts of a circuit. If they are missing or damaged they are built into the cache: the circuit is compiled, its development key is
 * made and compared with the one that circuits.json pins, and the engine's key file is made of it. Processes that call this at the same time build
 * once. After a build that was killed, the next one does not compile again.
 * @throws Failure LOW_MEMORY, OUT_OF_MEMORY, DISK_FULL, CACHE_UNUSABLE, BUILD_FAILED
 */
export async function ensureArtifacts(circuit: Circuit, options: BuildOptions = {}): Promise<Artifacts> {
  const { cache = cacheDir(), signal } = options
  const paths = artifactPaths(circuit, cache)
  const folder = dirname(paths.manifest)
  let lock: BuildLock | undefined
  const { tell, stop } = teller(options.onProgress)
  try {
    makeFolder(folder)
    for (;;) {
      if ((await damagedArtifact(paths, circuit)) === undefined) return paths
      lock = BuildLock.take(join(folder, `${circuit.name}.lock`))
      if (lock !== undefined) break
      tell({ stage: 'waiting', fraction: 0 })
      await sleep(LOCK_POLL_MS, undefined, signal === undefined ? {} : { signal })
    }
    checkMemory(circuit)
    await build(circuit, paths, { tell, signal })
    return paths
  } catch (error) {
    throw buildFailure(error, folder)
  } finally {
    stop()
    lock?.release()
  }
}

/** Adds the time since its stage began to each progress, and repeats the last one. */
function teller(onProgress: (status: BuildStatus) => void = () => {}) {
  let last: BuildProgress | undefined
  let began = 0
  const repeat = setInterval(() => last && tell(last), REPEAT_MS)
  function tell(progress: BuildProgress): void {
    if (progress.stage !== last?.stage) began = performance.now()
    last = progress
    onProgress({ ...progress, seconds: (performance.now() - began) / 1_000 })
  }
  return { tell, stop: () => clearInterval(repeat) }
}

/** Builds in a folder of its own, then moves the files to `paths`. */
async function build(
  circuit: Circuit,
  paths: Artifacts,
  { tell, signal }: { tell: (progress: BuildProgress) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const { manifest, ...files } = paths
  const folder = dirname(manifest)
  removeAbandonedBuilds(folder)
  const work = mkdtempSync(join(folder, BUILDING))
  const compiled = join(folder, `${COMPILED}${circuit.name}`)
  try {
    await runChild<BuildRequest, BuildProgress>(moduleUrl(import.meta.url, './build-child'), {
      request: { circuit, folder: work, compiled },
      onMessage: tell,
      ...(signal === undefined ? {} : { signal }),
    })
    await writeManifest(circuit, work, {
      kind: 'development',
      vkHash: circuit.developmentVkHash,
      ceremony: null,
      contributions: [],
    })
    const made = (path: string) => join(work, basename(path))
    const key = keyFileOf(files.zkey, zkeyHash({ ...paths, manifest: made(manifest) }))
    renameSync(made(`${circuit.name}.key`), key)
    // The manifest is moved last, so that a reader who finds it finds the other files too.
    for (const path of [...Object.values(files), manifest]) renameSync(made(path), path)
    rmSync(compiled, { recursive: true, force: true })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Prefix of the folder that keeps what was compiled until the build is done. */
const COMPILED = '.compiled-'

/** Prefix of the folders that builds work in. */
const BUILDING = '.building-'

/** Removes what killed builds left behind; the caller holds the lock. */
function removeAbandonedBuilds(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.startsWith(BUILDING))) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function checkMemory({ constraints }: Circuit): void {
  const needed = BUILD_BYTES_FIXED + BUILD_BYTES_PER_CONSTRAINT * constraints
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
