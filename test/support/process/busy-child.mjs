// The child of a task: runs a program, says which, and then computes without ever looking at events.
import { spawn } from 'node:child_process'
import { serveChild } from '../../../dist/process/child-task.js'

serveChild(async (_, send) => {
  const { pid } = spawn('sleep', ['1000'], { stdio: 'ignore' })
  send([process.pid, pid])
  await new Promise((resolve) => setTimeout(resolve, 10))
  for (;;);
})
