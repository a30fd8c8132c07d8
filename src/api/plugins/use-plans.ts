import type { ExecutionArgs, GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { Plans } from '../execution/plans.ts'

/** Executes queries by plans. Must come before plugins that wrap the execution. */
export function usePlans(schema: GraphQLSchema): Plugin {
  const plans = new Plans(schema)
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(
        ((args: ExecutionArgs) => plans.execute(args) ?? executeFn(args as never)) as typeof executeFn,
      )
    },
  }
}
