import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { CheckedDocuments } from '../execution/checked-documents.ts'
import type { KeptAnswers } from '../execution/kept-answers.ts'
import type { Plans } from '../execution/plans.ts'

/**
 * Answers from memory what was asked before and still holds, and executes others by plans. Takes a result that was found before, and keeps documents that passed
 * all checks. Must come before plugins that wrap the execution.
 */
export function usePlans(plans: Plans, kept: KeptAnswers, documents: CheckedDocuments): Plugin {
  return {
    onParams({ context, setResult }) {
      const { finished } = context as { finished?: ExecutionResult }
      if (finished !== undefined) setResult(finished)
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      documents.add(args.document)
      const execute = (args: ExecutionArgs) =>
        (plans.execute(args) ?? executeFn(args as never)) as ExecutionResult | Promise<ExecutionResult>
      setExecuteFn(((args: ExecutionArgs) =>
        kept.answer(args as never, () => execute(args))) as typeof executeFn)
    },
  }
}
