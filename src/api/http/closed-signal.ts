import type { ServerResponse } from 'node:http'

/** Calls a function, once, when the connection ends before the answer is written. */
export function whenClosed(response: ServerResponse, gone: () => void): void {
  if (response.destroyed) {
    gone()
    return
  }
  response.once('close', () => {
    if (!response.writableFinished) gone()
  })
}

/** Aborts when the connection ends before the answer is written. */
export function closedSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  whenClosed(response, () => controller.abort())
  return controller.signal
}
