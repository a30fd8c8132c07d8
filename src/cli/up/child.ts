import { type ChildProcess, fork } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../config/failure.ts'
import { moduleUrl } from '../../process/module-url.ts'
import { LogFile } from './log-file.ts'

/** Messages from a child to its parent. */
export type ChildMessage =
  | { type: 'ready'; url?: string }
  | { type: 'progress'; line: string }
  | { type: 'failure'; code: string; message: string; hint?: string; retry: boolean }

/** A supervised process of `ictl up`. */
export interface Child {
  /** Resolves with the first `ready` message; rejects if the supervision gives up before. */
  ready: Promise<{ url?: string }>
  /** Rejects when the child failed for a reason that a restart cannot cure. */
  failed: Promise<never>
  stop(): Promise<void>
}

/** Pause between looks at the size of a log. */
const LOG_LOOK_MS = 5_000
const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 10_000
/** If a child ran this long, the pauses between its restarts begin small again. */
const STEADY_MS = 5_000
const STOP_TIMEOUT_MS = 15_000
/** Bound on consecutive starts that end before the child is ready. */
const MAX_FAILED_STARTS = 6

export interface ChildOptions {
  logFolder: string
  env: Record<string, string>
  onProgress?: (line: string) => void
  /** Called with a line for the operator when the child ended and is restarted. */
  onRestart?: (line: string) => void
}

/**
 * Runs `ictl NAME ARGS` as a child, which ends when this process does, and restarts it when it ends. Its output goes to NAME.log in
 * `logFolder`, which is rotated. Gives up if the child reports a failure that a retry cannot cure, or ends too often before it is ready.
 */
export function keepRunning(
  name: string,
  args: string[],
  { logFolder, env, onProgress, onRestart }: ChildOptions,
): Child {
  let child: ChildProcess | undefined
  let over = false
  let pauseMs = FIRST_PAUSE_MS
  let failedStarts = 0
  let timer: NodeJS.Timeout | undefined
  const logFile = new LogFile(logFolder, name)
  const looking = setInterval(() => logFile.rotate(), LOG_LOOK_MS)
  const ready = withResolvers<{ url?: string }>()
  const failed = withResolvers<never>()
  failed.promise.catch(() => {})
  ready.promise.catch(() => {})

  const giveUp = (failure: Failure) => {
    over = true
    clearInterval(looking)
    ready.reject(failure)
    failed.reject(failure)
  }
  const restart = (status: number | null, signal: NodeJS.Signals | null) => {
    if (failedStarts > MAX_FAILED_STARTS) return giveUp(endsAgain(name, logFolder))
    // Said only when it is done: a signal to the whole process group ends the child before this process hears that it stops too.
    timer = setTimeout(() => {
      onRestart?.(`the ${name} ended (${signal ?? `status ${status}`}); starting it again`)
      start()
    }, pauseMs)
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)
  }
  const start = () => {
    const startedAt = Date.now()
    const log = logFile.open()
    const running = fork(moduleUrl(import.meta.url, '../main'), [name, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log, 'ipc'],
    })
    if (log !== 'ignore') closeSync(log)
    child = running
    failedStarts++
    running.on('message', (message: ChildMessage) => {
      if (message.type === 'progress') onProgress?.(message.line)
      else if (message.type === 'ready') {
        failedStarts = 0
        ready.resolve(message)
      } else if (message.retry) failedStarts = 0
      else giveUp(new Failure(message.code, message.message, message.hint ? { hint: message.hint } : {}))
    })
    running.once('exit', (status, signal) => {
      child = undefined
      if (Date.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS
      if (!over) restart(status, signal)
    })
  }
  start()

  return {
    ready: ready.promise,
    failed: failed.promise,
    async stop() {
      over = true
      clearTimeout(timer)
      clearInterval(looking)
      const running = child
      if (running === undefined) return
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      running.kill('SIGTERM')
      const hard = setTimeout(() => running.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await ended
      clearTimeout(hard)
    },
  }
}

function endsAgain(name: string, logFolder: string): Failure {
  return new Failure('PART_ENDS', `the ${name} keeps ending before it is ready`, {
    hint: `see its log ${join(logFolder, `${name}.log`)} for the reason`,
  })
}

function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** In a child: sends a message to the parent, if there is one. */
export function tellParent(message: ChildMessage): void {
  process.send?.(message)
}
