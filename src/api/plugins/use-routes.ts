import type { Plugin } from 'graphql-yoga'
import type { Logger } from '../../telemetry/log.ts'
import { failureAnswer } from '../http/failure.ts'

/**
 * Answers a request that is not GraphQL: returns the response, or undefined if the request is not for this handler. Handlers see each request
 * in order, before GraphQL does.
 */
export type RouteHandler = (
  request: Request,
  url: URL,
) => Promise<Response | undefined> | Response | undefined

/** Runs handlers before GraphQL. An error that a handler throws is logged and answered as INTERNAL. */
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
  } catch (error) {
    const { status, body } = failureAnswer(error, log)
    return new Response(body, { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
  }
}
