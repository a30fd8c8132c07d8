import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Gives a request that was not executed a status of its own where the media type allows one (GraphQL over HTTP, 6.4.2): 503 if it took too
 * long, else 400. Clients that accept only `application/json` get 200 and the errors.
 */
export function useStatus(): Plugin {
  return {
    onResultProcess({ result }) {
      if (Symbol.asyncIterator in result || Array.isArray(result) || result.data !== undefined) return
      for (const { extensions } of result.errors ?? ([] as readonly GraphQLError[])) {
        if (extensions.unexpected) continue
        extensions.http ??= { status: extensions.code === 'TIMEOUT' ? 503 : 400, spec: true }
      }
    },
  }
}
