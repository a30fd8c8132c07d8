import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { ApiServer } from '../server.ts'

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>
type Done = (payload: Executed) => unknown
type Hook = (payload: Execution) => unknown

/** What a hook is given before the execution (`onExecute` of Envelop). */
interface Execution {
  args: ExecutionArgs
  context: unknown
  executeFn: Execute
  setExecuteFn(execute: Execute): void
  setResultAndStopExecution(result: ExecutionResult): void
}

/** What a hook is given after it (`onExecuteDone`). */
interface Executed {
  args: ExecutionArgs
  result: ExecutionResult
  setResult(result: ExecutionResult): void
}

/**
 * Executes queries with the part that all plugins have in executions, in their order, as Envelop does. Envelop prepares each request for parsing,
 * validation and subscriptions besides, which a query whose document is known does without.
 */
export function pluginExecution({
  yoga,
}: Pick<ApiServer, 'yoga'>): (args: ExecutionArgs) => Promise<ExecutionResult> {
  const { plugins } = yoga as unknown as { plugins: { onExecute?: Hook }[] }
  const hooks = plugins.flatMap(({ onExecute }) => onExecute ?? [])
  return async (args) => {
    const dones: Done[] = []
    let stopped: ExecutionResult | undefined
    const before: Execution = {
      args,
      context: args.contextValue,
      executeFn: notSet,
      setExecuteFn(execute) {
        before.executeFn = execute
      },
      setResultAndStopExecution(result) {
        stopped = result
      },
    }
    for (const hook of hooks) {
      const made = hook(before)
      const { onExecuteDone } = ((isPromise(made) ? await made : made) ?? {}) as { onExecuteDone?: Done }
      if (onExecuteDone) dones.push(onExecuteDone)
      if (stopped !== undefined) break
    }
    const after: Executed = {
      args,
      result: stopped ?? (await before.executeFn(args)),
      setResult(result) {
        after.result = result
      },
    }
    for (const done of dones) {
      const waited = done(after)
      if (isPromise(waited)) await waited
    }
    return after.result
  }
}

const notSet: Execute = () => {
  throw new Error('no plugin executes')
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
