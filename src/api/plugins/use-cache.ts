import type { Plugin } from 'graphql-yoga'
import type { ApiContext } from '../request/context.ts'
import { isSettled } from './settled.ts'

/** Final data never changes, so it may be cached forever. */
const FOR_EVER = 'public, max-age=31536000, immutable'
const JSON_TYPE = /^application\/(graphql-response\+)?json\b/

/**
 * Lets caches keep the answer to a GET forever if its URL and the headers that `Vary` names determine it: it is JSON about blocks that the URL
 * names, nothing in it can still change, and it carries no extensions, which say what held for one request. No other answer may be stored.
 * This must be the last plugin that changes results.
 */
export function useCache(): Plugin<ApiContext> {
  const settled = new WeakSet<Request>()
  return {
    onExecute({ args }) {
      const { request } = args.contextValue
      if (request?.method !== 'GET' || !isSettled(args)) return
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result || result.errors || !result.data) return
          if (!Object.values(result.data).includes(null)) settled.add(request)
        },
      }
    },
    onResultProcess({ request, result, setResult }) {
      if (!settled.has(request) || !('data' in result)) return
      const { extensions: _extensions, ...rest } = result
      setResult(rest)
    },
    onResponse({ request, response }) {
      const type = response.headers.get('content-type') ?? ''
      const isKept = settled.has(request) && response.status === 200 && JSON_TYPE.test(type)
      if (isKept) response.headers.set('cache-control', FOR_EVER)
    },
  }
}
