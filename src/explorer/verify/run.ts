import type { Stage } from '../../certificate/progress.ts'
import { type CheckRequest, type CheckResult, refusal, type WorkerMessage } from './result.ts'

/** Address of the worker's script; the build puts it in. */
declare const VERIFIER_URL: string

/** How far a check is. */
export interface Progress {
  stage: Stage
  done: number
  steps: number
}

/** A check that runs in a worker of its own, which ends with it. */
export interface RunningCheck {
  /** Never rejects, and never settles after `cancel`. */
  result: Promise<CheckResult>
  cancel(): void
}

/** Begins to check a file in a worker, so that the page stays usable whatever is in the file. */
export function runCheck(
  request: CheckRequest,
  onProgress: (progress: Progress) => void = () => {},
): RunningCheck {
  const worker = new Worker(VERIFIER_URL, { type: 'module', name: 'verifier' })
  const result = new Promise<CheckResult>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if ('progress' in data) onProgress(data.progress)
      else resolve(data.result)
    }
    worker.onerror = ({ message }) =>
      resolve(refusal('NO_WORKER', message || 'the verifier could not be loaded'))
    worker.onmessageerror = () => resolve(refusal('NO_WORKER', 'the verifier ended'))
  })
  result.then(() => worker.terminate())
  worker.postMessage(request)
  return { result, cancel: () => worker.terminate() }
}
