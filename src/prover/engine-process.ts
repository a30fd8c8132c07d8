import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { Failure } from '../config/failure.ts'
import { moduleUrl } from '../process/module-url.ts'
import { type Artifacts, zkeyHash } from '../setup/artifacts.ts'
import type { ProofJson, ProveMessage } from './proof.ts'

/** What the process is told: once what it proves with, then batches. */
export type EngineRequest =
  | {
      type: 'open'
      wasm: string
      zkey: string
      /** Of the zkey, 64 hex digits. */
      sha256: string
      threads: number
      spareBytes: number
    }
  | { type: 'prove'; id: number; input: Record<string, unknown> }

/** What it answers, for a batch by its number. A process that is spent is to be replaced: it holds too much, or its engine has failed. */
export type EngineReply =
  | { id: number; type: 'message'; message: ProveMessage }
  | { id: number; type: 'done'; isSpent: boolean; result: ProofJson }
  | {
      id: number
      type: 'error'
      isSpent: boolean
      error: Pick<Failure, 'code' | 'message' | 'hint' | 'retry'>
    }

interface Batch {
  input: Record<string, unknown>
  resolve(result: ProofJson): void
  reject(error: unknown): void
  onProgress(progress: ProveMessage): void
}

export interface EngineOptions {
  /** Threads that prove. Default: one per core, 8 at most. */
  threads?: number
  /** What the process may hold, in bytes, beside the engine's memory, which the key fixes. With more, it is replaced after a proof. Default 1 GB. */
  spareBytes?: number
}

const MAX_DEFAULT_THREADS = 8

/** Threads that prove by default: one per core, at most MAX_DEFAULT_THREADS. */
export const defaultThreads = (): number => Math.min(MAX_DEFAULT_THREADS, availableParallelism())

const SPARE_BYTES = 1_000_000_000
const HEAP_MB = 2_048
const KEPT_OUTPUT = 4_000

/**
 * A process that proves with the engine, one batch after another; the witness of the next is made while one is proven. Starts with the first batch,
 * and again after it died or was replaced. What a process that is replaced was still to prove, the next one proves.
 */
export class EngineProcess {
  readonly #artifacts: Artifacts
  readonly #options: EngineOptions
  readonly #batches = new Map<number, Batch>()
  #child: ChildProcess | undefined
  #nextId = 1

  constructor(artifacts: Artifacts, options: EngineOptions = {}) {
    this.#artifacts = artifacts
    this.#options = options
  }

  /** The number of the process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /**
   * Proves a batch. The process has checked the proof.
   * @param signal gives the batch up; the process may still finish it
   * @throws Failure as the engine does, WITNESS_FAILED, OUT_OF_MEMORY or ENGINE_FAILED if the process died; the signal's reason
   */
  prove(
    input: Record<string, unknown>,
    onProgress: (progress: ProveMessage) => void,
    signal?: AbortSignal,
  ): Promise<ProofJson> {
    signal?.throwIfAborted()
    const id = this.#nextId++
    return new Promise<ProofJson>((resolve, reject) => {
      this.#batches.set(id, { input, resolve, reject, onProgress })
      signal?.addEventListener('abort', () => this.#settle(id, (batch) => batch.reject(signal.reason)), {
        once: true,
      })
      if (this.#child === undefined) this.#start()
      else this.#send({ type: 'prove', id, input })
    })
  }

  /** Ends the process. Batches that it proves fail. */
  close(): void {
    this.#drop()
    const closed = new Failure('ENGINE_FAILED', 'the process that proves was closed')
    for (const id of [...this.#batches.keys()]) this.#settle(id, (batch) => batch.reject(closed))
  }

  #drop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  /** Starts a process, and gives it all batches that wait. */
  #start(): void {
    const child = fork(moduleUrl(import.meta.url, './engine-child'), {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#child = child
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        output = (output + data.toString('utf8')).slice(-KEPT_OUTPUT)
      })
    }
    child.on('message', (reply: EngineReply) => this.#child === child && this.#receive(reply))
    child.on('error', (error) => this.#ended(child, error))
    child.on('close', (code, killedBy) => this.#ended(child, endedFailure(code, killedBy, output)))
    const { threads = defaultThreads(), spareBytes = SPARE_BYTES } = this.#options
    const { wasm, zkey } = this.#artifacts
    this.#send({ type: 'open', wasm, zkey, sha256: zkeyHash(this.#artifacts), threads, spareBytes })
    for (const [id, { input }] of this.#batches) this.#send({ type: 'prove', id, input })
  }

  #send(request: EngineRequest): void {
    // If the process has just ended, its end rejects the batches.
    this.#child?.send(request, () => {})
  }

  #receive(reply: EngineReply): void {
    if (reply.type === 'message') {
      this.#batches.get(reply.id)?.onProgress(reply.message)
      return
    }
    if (reply.isSpent) this.#drop()
    if (reply.type === 'done') this.#settle(reply.id, (batch) => batch.resolve(reply.result))
    else {
      const { code, message, hint, retry } = reply.error
      const failure = new Failure(code, message, { retry, ...(hint === undefined ? {} : { hint }) })
      this.#settle(reply.id, (batch) => batch.reject(failure))
    }
    if (this.#child === undefined && this.#batches.size > 0) this.#start()
  }

  #settle(id: number, finish: (batch: Batch) => void): void {
    const batch = this.#batches.get(id)
    this.#batches.delete(id)
    if (batch !== undefined) finish(batch)
  }

  #ended(child: ChildProcess, reason: Error): void {
    if (this.#child !== child) return
    this.#child = undefined
    for (const id of [...this.#batches.keys()]) this.#settle(id, (batch) => batch.reject(reason))
  }
}

function endedFailure(code: number | null, killedBy: NodeJS.Signals | null, output: string): Failure {
  const cause = new Error(output)
  // 134 and SIGABRT: V8 ran out of memory. SIGKILL: the system's out-of-memory killer, or a person.
  if (killedBy === 'SIGKILL' || killedBy === 'SIGABRT' || code === 134)
    return new Failure('OUT_OF_MEMORY', 'the process that proves was ended, probably for its memory', {
      hint: 'free some memory, or use a machine with more',
      retry: true,
      cause,
    })
  return new Failure('ENGINE_FAILED', `the process that proves ended (${killedBy ?? `status ${code}`})`, {
    hint: 'run it again with --verbose',
    retry: true,
    cause,
  })
}
