import type { Stage } from '../../certificate/progress.ts'
import {
  type CheckRequest,
  type CheckResult,
  type Look,
  type Refusal,
  refusal,
  type WorkerMessage,
  type WorkerRequest,
} from './result.ts'

/** Address of the worker's script; the build puts it in. */
declare const VERIFIER_URL: string

/** How far a check is. */
export interface Progress {
  stage: Stage
  done: number
  steps: number
}

/** What runs in a worker of its own, which ends with it. */
export interface Running<Result> {
  /** Never rejects, and never settles after `cancel`. */
  result: Promise<Result>
  cancel(): void
}

type OnProgress = (progress: Progress) => void

/** Begins to check a file in a worker, so that the page stays usable whatever is in the file. */
export const runCheck = (request: CheckRequest, onProgress: OnProgress = () => {}): Running<CheckResult> =>
  run<CheckResult>(request, (why) => why, onProgress)

/** Begins to read files in a worker, and to look at what they are. What comes out is in their order. */
export const runLook = (files: readonly File[], onProgress: OnProgress): Running<(Look | Refusal)[]> =>
  run<(Look | Refusal)[]>({ look: files }, (why) => files.map(() => why), onProgress)

function run<Result>(
  request: WorkerRequest,
  failed: (why: Refusal) => Result,
  onProgress: OnProgress,
): Running<Result> {
  const worker = new Worker(VERIFIER_URL, { type: 'module', name: 'verifier' })
  const result = new Promise<Result>((resolve) => {
    const fail = (reason: string) => resolve(failed(refusal('NO_WORKER', reason)))
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage<Result>>) => {
      if ('progress' in data) onProgress(data.progress)
      else resolve(data.result)
    }
    worker.onerror = ({ message }) => fail(message || 'the verifier could not be loaded')
    worker.onmessageerror = () => fail('the verifier ended')
  })
  result.then(() => worker.terminate())
  worker.postMessage(request)
  return { result, cancel: () => worker.terminate() }
}
