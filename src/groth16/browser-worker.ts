import { answerer, type WorkerRequest } from './threads.ts'

/** The program of the workers that browserThreads uses. */
const answer = answerer()
addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => postMessage(answer(data)))
