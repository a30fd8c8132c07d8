import { parentPort } from 'node:worker_threads'
import { answerer, type WorkerRequest } from './threads.ts'

const answer = answerer()
parentPort?.on('message', (request: WorkerRequest) => parentPort?.postMessage(answer(request)))
