import { type ProvingWorker, type SpawnThreads, type WorkerAnswer, workerThreads } from './threads.ts'

/**
 * Workers of a browser. They need shared memory, which a page has if it is isolated (Cross-Origin-Opener-Policy: same-origin,
 * Cross-Origin-Embedder-Policy: require-corp); on other pages a prover uses the thread that it is called in, which should then be a worker's.
 * @param make starts a worker that runs browser-worker.ts, as the page's bundle names it
 */
export function browserThreads(make: () => Worker): SpawnThreads {
  return (setups) =>
    workerThreads(
      setups.map(() => browserWorker(make())),
      setups,
    )
}

function browserWorker(worker: Worker): ProvingWorker {
  return {
    ask: (request) =>
      new Promise<WorkerAnswer>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data)
        worker.postMessage(request)
      }),
    ended: new Promise((resolve) => {
      worker.onerror = (event) => resolve(event.message || 'its program could not be loaded')
    }),
    hold: () => {},
    end: async () => worker.terminate(),
  }
}
