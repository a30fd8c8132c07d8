/** Milliseconds after which the browser has begun to save a file, and its address may go. */
const SAVING_MS = 60_000

/** Has the browser save bytes as a file, the very bytes that were checked. */
export function saveFile(bytes: Uint8Array, name: string): void {
  const href = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), SAVING_MS)
}
