/** Path of the service worker, which decides what it may serve: everything below its folder. */
const SERVICE_WORKER = '/service-worker.js'

/** Has the browser keep the page's own files, so that it opens without a network. Where browsers cannot or may not, nothing is kept. */
export function keepForOffline(): void {
  navigator.serviceWorker?.register(SERVICE_WORKER).catch(() => {})
}
