import { Worker } from 'node:worker_threads'
import { moduleUrl } from '../process/module-url.ts'
import { type ProvingWorker, type SpawnThreads, type WorkerAnswer, workerThreads } from './threads.ts'

/** Worker threads of Node. */
export const nodeThreads: SpawnThreads = (setups) => workerThreads(setups.map(nodeWorker), setups)

function nodeWorker(): ProvingWorker {
  const worker = new Worker(moduleUrl(import.meta.url, './proving-worker'))
  worker.unref()
  return {
    ask: (request) =>
      new Promise<WorkerAnswer>((resolve) => {
        worker.once('message', resolve)
        worker.postMessage(request)
      }),
    ended: new Promise((resolve) => {
      worker.on('error', (error) => resolve(error.message))
      worker.on('exit', (code) => resolve(`status ${code}`))
    }),
    hold: (isWorking) => (isWorking ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  }
}
