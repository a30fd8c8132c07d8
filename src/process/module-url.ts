/**
 * The compiled file of a sibling module, for worker threads and child processes: they always run from `dist`, also when the caller
 * itself runs from `src` under a test runner.
 * @param from the caller's `import.meta.url`
 * @param module the sibling without its ending, such as `./hash-worker`
 */
export function moduleUrl(from: string, module: string): URL {
  const url = new URL(`${module}.js`, from)
  const root = new URL('../../', import.meta.url).href
  if (url.href.startsWith(`${root}src/`))
    return new URL(`${root}dist/${url.href.slice(`${root}src/`.length)}`)
  return url
}
