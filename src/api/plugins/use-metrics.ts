import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationMetrics } from '../../telemetry/operation-metrics.ts'

/** Counts and times operations by name, and errors by code. Operations without a name are `anonymous`. */
export function useMetrics(metrics: OperationMetrics): Plugin {
  return {
    onExecute({ args }) {
      const started = performance.now()
      return {
        onExecuteDone: () => metrics.answered(nameOf(args), (performance.now() - started) / 1000),
      }
    },
    onSubscribe({ args }) {
      metrics.subscribed(nameOf(args))
    },
    onExecutionResult({ result }) {
      if (result === undefined || Array.isArray(result) || Symbol.asyncIterator in result) return
      for (const { extensions } of (result as ExecutionResult).errors ?? [])
        metrics.failed(String(extensions.code ?? 'none'))
    },
  }
}

/** The name of the operation that is executed. */
export function nameOf(args: { document: DocumentNode; operationName?: string | null | undefined }): string {
  return getOperationAST(args.document, args.operationName)?.name?.value ?? 'anonymous'
}
