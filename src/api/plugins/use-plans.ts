import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Plans } from '../execution/plans.ts'

/** Executes queries by plans. Must come before plugins that wrap the execution. */
export function usePlans(plans: Plans): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(
        ((args: ExecutionArgs) => plans.execute(args) ?? executeFn(args as never)) as typeof executeFn,
      )
    },
  }
}
