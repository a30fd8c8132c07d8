import type { Plugin } from 'graphql-yoga'

/**
 * Answers requests beside GraphQL: the response, or undefined when the request is not for it. Handlers see a request before
 * GraphQL does, in order.
 */
export type RouteHandler = (
  request: Request,
  url: URL,
) => Promise<Response | undefined> | Response | undefined

/** Puts handlers in front of GraphQL. */
export function useRoutes(handlers: readonly RouteHandler[]): Plugin {
  return {
    async onRequest({ request, url, endResponse }) {
      for (const handle of handlers) {
        const response = await handle(request, url)
        if (response) return endResponse(response)
      }
    },
  }
}
