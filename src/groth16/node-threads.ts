import { Worker } from 'node:worker_threads'
import { Failure } from '../config/failure.ts'
import { moduleUrl } from '../process/module-url.ts'
import type { Task, TaskValue, ThreadSetup } from './kernels.ts'
import type { Threads } from './threads.ts'

/** What a worker answers: the tasks that it ran, or, once, that it is there. */
export type WorkerAnswer = [number, TaskValue][] | 'ready'

/** Worker threads of Node. */
export async function nodeThreads(setups: readonly ThreadSetup[]): Promise<Threads> {
  const workers = setups.map(
    (setup) => new Worker(moduleUrl(import.meta.url, './proving-worker'), { workerData: setup }),
  )
  let fault: Failure | undefined
  let fail: (error: Failure) => void = () => {}
  for (const worker of workers) {
    worker.unref()
    const died = (why: string) => {
      fault ??= new Failure('ENGINE_FAILED', `a thread of the prover ended (${why})`, { retry: true })
      fail(fault)
    }
    worker.on('error', (error) => died(error.message))
    worker.on('exit', (code) => died(`status ${code}`))
  }
  /** One answer of every worker, unless one dies first. */
  const answers = <T>(ask: (worker: Worker) => void) =>
    new Promise<T[]>((resolve, reject) => {
      if (fault !== undefined) return reject(fault)
      fail = reject
      for (const worker of workers) worker.ref()
      const each = workers.map((worker) => new Promise<T>((done) => worker.once('message', done)))
      for (const worker of workers) ask(worker)
      Promise.all(each).then(resolve, reject)
    }).finally(() => {
      for (const worker of workers) worker.unref()
    })
  await answers(() => {})
  return {
    async run(tasks: readonly Task[]) {
      const counter = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
      const done = await answers<[number, TaskValue][]>((worker) => worker.postMessage({ tasks, counter }))
      const values: TaskValue[] = []
      for (const [number, value] of done.flat()) values[number] = value
      return values
    },
    async close() {
      fault ??= new Failure('ENGINE_FAILED', 'the prover was closed')
      fail(fault)
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
