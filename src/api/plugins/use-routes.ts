import type { IncomingMessage } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import type { Client } from '../budget/clients.ts'
import { failureAnswer } from '../http/failure.ts'
import { ROUTE_BYTES_PER_COST, ROUTE_COST } from '../limits.ts'
import { clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'

/**
 * Answers a request that is not GraphQL: returns the response, or undefined if the request is not for this handler. Handlers see each request
 * in order, before GraphQL does. What a handler reads of the database or the node must be bounded by itself, whoever asks: shared, or a few at a time.
 */
export type RouteHandler = (
  request: Request,
  url: URL,
) => Promise<Response | undefined> | Response | undefined

/** What monitors, provers and the operator ask. They have accounts of their own, so that what else comes from an address does not keep them waiting. */
const OPERATIONS = /^\/(live$|health$|ready$|metrics$|prover\/|webhooks\/)/

/**
 * Runs handlers before GraphQL. Each request is paid for from its client's bucket, and waits while there is too little in it; so is each answer,
 * by its length. An error that a handler throws is logged and answered as INTERNAL.
 * @param path of GraphQL, whose requests are paid for when their cost is known
 */
export function useRoutes(handlers: readonly RouteHandler[], services: ApiServices, path: string): Plugin {
  return {
    async onRequest({ request, url, endResponse, serverContext }) {
      if (url.pathname === path) return
      const { req } = serverContext as { req?: IncomingMessage }
      const { clients, operators } = services
      const account = (OPERATIONS.test(url.pathname) ? operators : clients).of(
        clientOf({ req: req as never, services }),
      )
      if (!(await account.pay(ROUTE_COST, request.signal)))
        return endResponse(new Response(null, { status: 408 }))
      for (const handle of handlers) {
        const response = await answer(handle, request, url, services)
        if (response === undefined) continue
        chargeFor(response, account)
        return endResponse(response)
      }
    },
  }
}

function chargeFor({ headers }: Response, account: Client): void {
  account.charge(Math.floor(Number(headers.get('content-length') ?? 0) / ROUTE_BYTES_PER_COST))
}

async function answer(
  handle: RouteHandler,
  request: Request,
  url: URL,
  { log }: ApiServices,
): Promise<Response | undefined> {
  try {
    return await handle(request, url)
  } catch (error) {
    const { status, body } = failureAnswer(error, log)
    return new Response(body, { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
  }
}
