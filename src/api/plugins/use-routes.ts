import type { Plugin } from 'graphql-yoga'
import type { Logger } from '../../telemetry/log.ts'

/**
 * Answers requests beside GraphQL: the response, or undefined when the request is not for it. Handlers see a request before
 * GraphQL does, in order.
 */
export type RouteHandler = (
  request: Request,
  url: URL,
) => Promise<Response | undefined> | Response | undefined

/** Puts handlers in front of GraphQL. What a handler throws is logged and answered as INTERNAL. */
export function useRoutes(handlers: readonly RouteHandler[], log: Logger): Plugin {
  return {
    async onRequest({ request, url, endResponse }) {
      for (const handle of handlers) {
        const response = await answer(handle, request, url, log)
        if (response) {
          endResponse(response)
          return
        }
      }
    },
  }
}

async function answer(
  handle: RouteHandler,
  request: Request,
  url: URL,
  log: Logger,
): Promise<Response | undefined> {
  try {
    return await handle(request, url)
  } catch (err) {
    log.error({ err, path: url.pathname }, 'request failed')
    return Response.json({ code: 'INTERNAL' }, { status: 500 })
  }
}
