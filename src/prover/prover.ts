import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import type { ProveMode, ProverJob } from '../proofs/wire.ts'
import { type Artifacts, damagedArtifact, findProduction } from '../setup/artifacts.ts'
import { ensureArtifacts, statusText } from '../setup/build.ts'
import { keySource } from '../setup/chain-key.ts'
import { type Circuit, circuitNamed } from '../setup/circuits.ts'
import type { Logger } from '../telemetry/log.ts'
import { type Backend, BatchProver, ENGINE } from './prove.ts'
import type { ProverClient } from './queue-client.ts'

export interface ProverOptions {
  client: ProverClient
  mode: ProveMode
  log: Logger
  signal: AbortSignal
  /** Called with one line about what the prover is doing. */
  onProgress?: (line: string) => void
  /** Where artifacts are stored. */
  cache?: string
  /** What computes the proofs. Default the engine. */
  backend?: Backend
}

/** A circuit with the hash of the key that a chain pins. */
interface PinnedCircuit {
  circuit: Circuit
  vkHash: string
  source: 'built' | 'installed'
}

const IDLE_MS = 1_000
const RETRY_MS = 2_000
const HEARTBEAT_MS = 5_000
/** How long to wait after a build that failed for lack of memory or space. */
const BUILD_RETRY_MS = 60_000

/**
 * Builds the circuit if needed, then claims batches, proves them and submits the proofs until the signal aborts. While the API does not answer
 * it waits.
 * @throws Failure BAD_TOKEN, WRONG_VERIFICATION_KEY, or a failure of the build that trying again cannot solve
 */
export async function runProver(options: ProverOptions): Promise<void> {
  const { log, signal } = options
  try {
    const pinned = await greet(options)
    // Ends when files of the circuit were damaged: then they are built again.
    for (;;) await proveWith(pinned, await build(pinned, options), options)
  } catch (error) {
    if (!signal.aborted) throw error
    log.info('stopped')
  }
}

/**
 * Claims and proves batches, until one fails because of damaged artifacts. With the engine, and a chain that is proven completely, the next batch is
 * claimed while one is proven, so that its witness is ready when its turn comes: two at a time at most.
 */
async function proveWith(pinned: PinnedCircuit, artifacts: Artifacts, options: ProverOptions): Promise<void> {
  const { client, mode, signal, backend = ENGINE } = options
  const prover = new BatchProver(pinned.vkHash, artifacts, backend)
  const isAhead = backend.name === 'engine' && mode === 'all'
  let previous: Promise<boolean> = Promise.resolve(true)
  let current = previous
  try {
    while (!signal.aborted) {
      const job = await patiently(options, () => client.claim(mode))
      if (job === undefined) {
        await sleep(IDLE_MS, undefined, { signal })
        continue
      }
      current = work(job, { prover, circuit: pinned.circuit, artifacts }, options)
      // Whoever waits for it learns of it; until then it must not end the process.
      current.catch(() => {})
      if (!(await (isAhead ? previous : current))) return
      previous = current
    }
  } finally {
    await Promise.allSettled([previous, current])
    prover.close()
  }
}

/** Asks which circuit and key the chain uses. @throws Failure WRONG_VERIFICATION_KEY if this machine cannot prove with that key */
async function greet(options: ProverOptions): Promise<PinnedCircuit> {
  const { circuit: name, vkHash } = await patiently(options, () => options.client.hello('starting'))
  const circuit = circuitNamed(name)
  const source = circuit && keySource(circuit, vkHash, options.cache)
  if (circuit === undefined || source === undefined) {
    throw new Failure(
      'WRONG_VERIFICATION_KEY',
      `the chain's genesis pins another key for ${name} than this version makes or has installed`,
      {
        hint: 'use the version that the chain was made with, or install its key: ictl circuits ceremony install',
      },
    )
  }
  return { circuit, vkHash, source }
}

async function build({ circuit, vkHash, source }: PinnedCircuit, options: ProverOptions): Promise<Artifacts> {
  if (source === 'installed') return installed(circuit, vkHash, options)
  const { client, log, signal, onProgress = () => {}, cache } = options
  let line = 'building circuits'
  const heartbeat = setInterval(() => {
    client.hello(line).catch(() => {})
  }, HEARTBEAT_MS)
  try {
    for (;;) {
      try {
        return await ensureArtifacts(circuit, {
          signal,
          ...(cache === undefined ? {} : { cache }),
          onProgress: (status) => {
            line = `building circuits: ${statusText(status)}`
            onProgress(line)
          },
        })
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure && error.retry)) throw error
        log.warn({ err: error }, 'the circuits cannot be built now')
        line = `${error.message}${error.hint === undefined ? '' : `: ${error.hint}`}`
        onProgress(line)
        await sleep(BUILD_RETRY_MS, undefined, { signal })
      }
    }
  } finally {
    clearInterval(heartbeat)
    onProgress('circuits are ready')
  }
}

/** The artifacts of a key from a ceremony: they cannot be built again. @throws Failure ARTIFACTS_DAMAGED */
async function installed(circuit: Circuit, vkHash: string, { cache }: ProverOptions): Promise<Artifacts> {
  const artifacts = findProduction(circuit, vkHash, cache)
  const damaged = artifacts === undefined ? circuit.name : await damagedArtifact(artifacts, circuit)
  if (artifacts !== undefined && damaged === undefined) return artifacts
  throw new Failure('ARTIFACTS_DAMAGED', `${damaged} is not what was installed`, {
    hint: 'install the key again: ictl circuits ceremony install',
  })
}

/** Proves a batch and submits the proof. @returns false if it failed because of damaged artifacts */
async function work(
  job: ProverJob,
  { prover, circuit, artifacts }: { prover: BatchProver; circuit: Circuit; artifacts: Artifacts },
  options: ProverOptions,
): Promise<boolean> {
  const { client, log, signal, onProgress = () => {}, backend = ENGINE } = options
  const { batch, count, claim, input } = job
  const started = performance.now()
  // Another prover may take the batch over when this one is silent for too long; then this work is useless.
  const lost = new AbortController()
  let stage = 'witness'
  const beat = () =>
    client.progress(job, stage).then(
      (claimed) => claimed || lost.abort(new Error('claim lost')),
      () => {},
    )
  const heartbeat = setInterval(beat, HEARTBEAT_MS)
  try {
    const result = await prover.prove(input, {
      signal: AbortSignal.any([signal, lost.signal]),
      onProgress: (progress) => {
        const next = `${progress.stage}${progress.fraction > 0 ? ` ${Math.round(progress.fraction * 100)}%` : ''}`
        const changed = progress.fraction === 0
        stage = next
        onProgress(`batch ${batch}: ${next}`)
        if (changed) beat()
      },
    })
    const { proof, publicSignals, witnessMs, proofMs, peakBytes } = result
    const seconds = (performance.now() - started) / 1_000
    await patiently(options, () =>
      client.complete({ batch, count, claim, proof, publicSignals, seconds, backend: backend.name }),
    )
    log.info(
      { batch, count, witnessMs: Math.round(witnessMs), proofMs: Math.round(proofMs), peakBytes },
      'proven',
    )
    onProgress(`batch ${batch}: proven in ${seconds.toFixed(1)} s`)
  } catch (error) {
    if (lost.signal.aborted) {
      log.warn({ batch }, 'another prover has taken this batch over')
    } else if (signal.aborted) {
      await client.release(job).catch(() => {})
      throw error
    } else {
      const damaged = await damagedArtifact(artifacts, circuit)
      if (damaged !== undefined) {
        log.error({ err: error, damaged }, 'a file of the circuits is damaged: they are built again')
        await client.release(job).catch(() => {})
        return false
      }
      log.error({ err: error, batch }, 'a batch was not proven')
      await patiently(options, () => client.fail(job, error instanceof Error ? error.message : String(error)))
    }
  } finally {
    clearInterval(heartbeat)
  }
  return true
}

/** Repeats a call until the API answers. */
async function patiently<T>({ signal, log }: ProverOptions, call: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error
      log.warn({ code: error.code }, error.message)
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
}
