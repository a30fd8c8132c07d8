// Preloaded with `node --import`: appends the URL of every module that the process loads to the file that MODULES_FILE names, one per line.
// ES modules are seen by a loader hook, which runs in a thread of its own; CommonJS modules are in require's cache when the process ends.
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const record = (url) => appendFileSync(process.env.MODULES_FILE, `${url}\n`)

if (isMainThread) {
  register(import.meta.url)
  const { cache } = createRequire(import.meta.url)
  process.on('exit', () => {
    for (const path of Object.keys(cache)) record(pathToFileURL(path))
  })
}

export async function load(url, context, nextLoad) {
  record(url)
  return nextLoad(url, context)
}
