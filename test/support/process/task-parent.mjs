// Runs the busy child as a task, and prints the process ids of the child and of the program that it runs.
import { runChild } from '../../../dist/process/child-task.js'

await runChild(new URL('./busy-child.mjs', import.meta.url), {
  request: {},
  onMessage: (pids) => console.log(JSON.stringify(pids)),
})
