import { parentPort, workerData } from 'node:worker_threads'
import { Kernels, type ThreadSetup } from './kernels.ts'
import type { WorkerAnswer } from './node-threads.ts'
import { runShare, type Share } from './threads.ts'

const kernels = new Kernels(workerData as ThreadSetup)
const answer = (message: WorkerAnswer) => parentPort?.postMessage(message)
parentPort?.on('message', (share: Share) => answer(runShare(kernels, share)))
answer('ready')
