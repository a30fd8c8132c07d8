import { fork } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { Failure } from '../config/failure.ts'

/** What a child process tells its parent. */
type Reply<M, R> =
  | { type: 'message'; message: M }
  | { type: 'done'; result: R }
  | { type: 'error'; code: string | undefined; message: string; stack: string | undefined }

export interface ChildTask<Q, M> {
  request: Q
  onMessage?: (message: M) => void
  /** Kills the child; the call then throws the signal's reason. */
  signal?: AbortSignal
  /** Megabytes of JavaScript heap. */
  heapMb?: number
}

const KEPT_OUTPUT = 4_000

/**
 * Runs heavy work in a process of its own, so that it can be killed and its memory returns to the system. The child and the programs that it
 * runs are killed when this process ends, however it ends and whatever they are doing.
 * @param module a compiled module that calls serveChild
 * @throws Failure OUT_OF_MEMORY if the system or V8 ended the child for its memory, BUILD_FAILED if it ended for another reason;
 * an Error with the child's message and code otherwise
 */
export function runChild<Q, M, R = void>(module: URL, task: ChildTask<Q, M>): Promise<R> {
  const { request, onMessage, signal, heapMb = 4_096 } = task
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = fork(module, {
      execArgv: [`--max-old-space-size=${heapMb}`],
      // The child watches its standard input, whose other end is open as long as this process lives.
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      // A process group of its own, which is killed as a whole: a child may run programs.
      detached: true,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        output = (output + data.toString('utf8')).slice(-KEPT_OUTPUT)
      })
    }
    const abort = () => child.pid !== undefined && killGroup(child.pid)
    signal?.addEventListener('abort', abort, { once: true })
    let settled = false
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      signal?.removeEventListener('abort', abort)
      finish()
    }
    child.on('message', (reply: Reply<M, R>) => {
      if (reply.type === 'message') onMessage?.(reply.message)
      else if (reply.type === 'done') settle(() => resolve(reply.result))
      else {
        const error = Object.assign(new Error(reply.message), { code: reply.code, childStack: reply.stack })
        settle(() =>
          reject(
            /out of memory|Array buffer allocation|memory\.grow/i.test(reply.message)
              ? outOfMemory(error)
              : error,
          ),
        )
      }
    })
    child.on('error', (error) => settle(() => reject(error)))
    child.on('close', (code, killedBy) => {
      settle(() => reject(signal?.aborted ? signal.reason : endedFailure(code, killedBy, output)))
    })
    child.send(request as object)
  })
}

function endedFailure(code: number | null, killedBy: NodeJS.Signals | null, output: string): Failure {
  // 134 and SIGABRT: V8 ran out of memory. SIGKILL: the system's out-of-memory killer, or a person.
  const memory =
    killedBy === 'SIGKILL' || killedBy === 'SIGABRT' || code === 134 || output.includes('out of memory')
  if (memory) return outOfMemory(new Error(output))
  return new Failure('BUILD_FAILED', `the child process ended early (${killedBy ?? `status ${code}`})`, {
    hint: 'run it again with --verbose',
    cause: new Error(output),
  })
}

function outOfMemory(cause: Error): Failure {
  return new Failure('OUT_OF_MEMORY', 'the machine has too little memory for this circuit', {
    hint: 'free some memory, or use a machine with more',
    retry: true,
    cause,
  })
}

/** Kills a child with the programs that it runs. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Kills the process group of a child when its standard input ends, which is when its parent ends. In a thread, because the child's own thread computes for
 * seconds without looking at events.
 */
const WATCH = `
const { Socket } = require('node:net')
new Socket({ fd: 0 }).resume().on('close', () => process.kill(-process.pid, 'SIGKILL')).on('error', () => {})
`

/**
 * Serves one request of a parent, then ends. A child whose parent has gone is killed at once, with the programs that it runs.
 * @param work sends messages as it goes, returns the result
 */
export function serveChild<Q, M, R>(work: (request: Q, send: (message: M) => void) => Promise<R>): void {
  const reply = (message: Reply<M, R>, then: () => void = () => {}) => process.send?.(message, then)
  new Worker(WATCH, { eval: true })
  process.once('message', async (request: Q) => {
    try {
      const result = await work(request, (message) => reply({ type: 'message', message }))
      reply({ type: 'done', result }, () => process.exit(0))
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException
      reply({ type: 'error', code: error.code, message: String(error.message), stack: error.stack }, () =>
        process.exit(1),
      )
    }
  })
}
