/**
 * A signal that aborts after `ms` milliseconds. Node 20 forgets one of `AbortSignal.timeout` that nothing but an `AbortSignal.any` refers to: after a
 * garbage collection, neither of them ever aborts. Here the timer holds the signal. It keeps no process alive.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(new DOMException('it took too long', 'TimeoutError')), ms).unref()
  return controller.signal
}
