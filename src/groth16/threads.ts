import { Failure } from '../config/failure.ts'
import { Kernels, type Task, type TaskValue, type ThreadSetup } from './kernels.ts'

/** Runs tasks, each on one of its threads. */
export interface Threads {
  /** The values of the tasks, in order. @throws Failure ENGINE_FAILED if a thread died; then these threads are of no use any more */
  run(tasks: readonly Task[]): Promise<TaskValue[]>
  close(): Promise<void>
}

/** Makes threads over a shared memory, one per setup. */
export type SpawnThreads = (setups: readonly ThreadSetup[]) => Promise<Threads>

/** The tasks of a call and the counter that threads draw their numbers from. */
interface Share {
  tasks: readonly Task[]
  /** One i32 in shared memory. */
  counter: SharedArrayBuffer
}

/** What a worker is told: first what it runs tasks with, then tasks. */
export type WorkerRequest = { setup: ThreadSetup } | Share

/** What a worker answers: that it is ready, or number and value of the tasks that it ran. */
export type WorkerAnswer = 'ready' | [number, TaskValue][]

/** A worker, of Node or of a browser. */
export interface ProvingWorker {
  /** Sends a request. @returns the answer; if the worker ends before, never */
  ask(request: WorkerRequest): Promise<WorkerAnswer>
  /** Why it ended, once it has. */
  ended: Promise<string>
  /** Says whether the process has to wait for it; not in browsers. */
  hold(isWorking: boolean): void
  end(): Promise<unknown>
}

/** Makes what answers the requests to a worker. */
export function answerer(): (request: WorkerRequest) => WorkerAnswer {
  let kernels: Kernels
  return (request) => {
    if ('tasks' in request) return runShare(kernels, request)
    kernels = new Kernels(request.setup)
    return 'ready'
  }
}

/** Runs tasks whose numbers it draws, until there is none left. */
function runShare(kernels: Kernels, { tasks, counter }: Share): [number, TaskValue][] {
  const next = new Int32Array(counter)
  const done: [number, TaskValue][] = []
  for (;;) {
    const number = Atomics.add(next, 0, 1)
    const task = tasks[number]
    if (task === undefined) return done
    done.push([number, kernels.run(task)])
  }
}

/** Threads of workers, each with its setup. @throws Failure ENGINE_FAILED if one does not start */
export async function workerThreads(
  workers: readonly ProvingWorker[],
  setups: readonly ThreadSetup[],
): Promise<Threads> {
  let fault: Failure | undefined
  let fail: (error: Failure) => void = () => {}
  const end = () => Promise.all(workers.map((worker) => worker.end()))
  for (const worker of workers) {
    worker.ended.then((why) => {
      fault ??= new Failure('ENGINE_FAILED', `a thread of the prover ended (${why})`, { retry: true })
      fail(fault)
    })
  }
  /** The answers of all workers, unless one ends first: then all end. */
  const answers = (requestOf: (i: number) => WorkerRequest) =>
    new Promise<WorkerAnswer[]>((resolve, reject) => {
      if (fault !== undefined) return reject(fault)
      fail = (error) => void end().finally(() => reject(error))
      for (const worker of workers) worker.hold(true)
      Promise.all(workers.map((worker, i) => worker.ask(requestOf(i)))).then(resolve, reject)
    }).finally(() => {
      for (const worker of workers) worker.hold(false)
    })
  await answers((i) => ({ setup: setups[i]! }))
  return {
    async run(tasks) {
      const counter = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
      const done = (await answers(() => ({ tasks, counter }))) as [number, TaskValue][][]
      const values: TaskValue[] = []
      for (const [number, value] of done.flat()) values[number] = value
      return values
    },
    async close() {
      fault ??= new Failure('ENGINE_FAILED', 'the prover was closed')
      fail(fault)
      await end()
    },
  }
}

/** The caller's own thread. Between calls, whatever else waits for it has its turn. */
export function ownThread(setup: ThreadSetup): Threads {
  const kernels = new Kernels(setup)
  return {
    async run(tasks) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      try {
        return tasks.map((task) => kernels.run(task))
      } catch (cause) {
        throw new Failure('ENGINE_FAILED', `the prover failed (${String(cause)})`, { cause })
      }
    },
    close: async () => {},
  }
}
