/** Path of the service worker, which decides what it may serve: everything below its folder. */
const SERVICE_WORKER = '/service-worker.js'

/** Path of the document that is kept, which every page of the explorer begins with. */
export const DOCUMENT = '/verify'

/** Has the browser keep the page's own files, so that it opens without a network. Where browsers cannot or may not, nothing is kept. */
export function keepForOffline(): void {
  navigator.serviceWorker?.register(SERVICE_WORKER).catch(() => {})
}

/** Whether the page is kept, once the browser knows. */
export async function isKept(): Promise<boolean> {
  await navigator.serviceWorker.ready
  return (await caches.match(DOCUMENT, { ignoreVary: true })) !== undefined
}
