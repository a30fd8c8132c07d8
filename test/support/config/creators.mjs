import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Parties } from '../../../dist/cli/csv-import/parties.js'
import { openDataDirectory } from '../../../dist/config/data-directory.js'
import { poseidonLite } from '../../../dist/crypto/poseidon-lite.js'
import { KeyStore } from '../../../dist/keys/key-store.js'

/** What each of the threads does in the same moment, on a folder of its round. */
const TASKS = {
  key: (folder) => new KeyStore(folder).create('alice', 'eddsa', '').address,
  parties: (folder) => new Parties(poseidonLite, folder).of('alice').address,
  data: (folder) => openDataDirectory(folder).root,
}

/**
 * Runs a task in `threads` threads at once, `rounds` times, each time on a fresh folder.
 * @returns per round what each thread got: the task's result, or the code of its rejection
 */
export async function atOnce(task, folder, { threads = 2, rounds = 40 } = {}) {
  const gate = new Int32Array(new SharedArrayBuffer(4 * rounds))
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(import.meta.url), { workerData: { task, folder, threads, rounds, gate } }),
  )
  const results = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  await Promise.all(workers.map((worker) => worker.terminate()))
  return Array.from(gate, (_, round) => results.map((result) => result[round]))
}

if (!isMainThread) {
  const { task, folder, threads, rounds, gate } = workerData
  const results = []
  for (let round = 0; round < rounds; round++) {
    // Nobody begins a round before everybody is there.
    Atomics.add(gate, round, 1)
    while (Atomics.load(gate, round) < threads);
    try {
      results.push(TASKS[task](join(folder, `${task}-${round}`)))
    } catch (error) {
      results.push(error.rejection?.code ?? `${error.code} ${error.message}`)
    }
  }
  parentPort.postMessage(results)
}
