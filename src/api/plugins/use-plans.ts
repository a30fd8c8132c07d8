import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Plans } from '../execution/plans.ts'
import { SettledAnswers } from '../execution/settled-answers.ts'

/** Answers queries that are settled from memory, and executes others by plans. Must come before plugins that wrap the execution. */
export function usePlans(plans: Plans): Plugin {
  const settled = new SettledAnswers()
  return {
    onExecute({ executeFn, setExecuteFn }) {
      const execute = (args: ExecutionArgs) =>
        (plans.execute(args) ?? executeFn(args as never)) as ExecutionResult | Promise<ExecutionResult>
      setExecuteFn(((args: ExecutionArgs) =>
        settled.answer(args as never, () => execute(args))) as typeof executeFn)
    },
  }
}
