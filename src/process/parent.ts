/** How often a process that ends with its parent looks for it. */
const PARENT_LOOK_MS = 200

/** Calls once when the process that started this one has ended: then another one is its parent. Nothing tells it so, except a look. */
export function whenParentEnds(run: () => void): void {
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    run()
  }, PARENT_LOOK_MS)
  looking.unref()
}
