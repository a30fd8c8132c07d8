import type { IncomingMessage } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import type { Client } from '../budget/clients.ts'
import { isSettled, settle } from '../budget/paid.ts'
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
 * by its length. What is answered before anybody could pay for it, because it is refused or asks what a page of another origin may do, is paid for then:
 * the answer waits. An error that a handler throws is logged and answered as INTERNAL.
 * @param path of GraphQL, whose requests are paid for when their cost is known
 */
export function useRoutes(handlers: readonly RouteHandler[], services: ApiServices, path: string): Plugin {
  const accountOf = ({ pathname }: URL, req: IncomingMessage | undefined) =>
    (OPERATIONS.test(pathname) ? services.operators : services.clients).of(
      clientOf({ req: req as never, services }),
    )
  return {
    async onRequest({ request, url, endResponse, serverContext }) {
      if (url.pathname === path) return
      const { req } = serverContext as Received
      const account = accountOf(url, req)
      settle({ req, request })
      if (!(await account.pay(ROUTE_COST, request.signal)))
        return endResponse(new Response(null, { status: 408 }))
      for (const handle of handlers) {
        const response = await answer(handle, request, url, services)
        if (response === undefined) continue
        chargeFor(response, account)
        return endResponse(response)
      }
    },
    async onResponse({ request, serverContext }) {
      const { req } = serverContext as Received
      if (isSettled({ req, request })) return
      settle({ req, request })
      await accountOf(new URL(request.url), req).pay(ROUTE_COST, request.signal)
    },
  }
}

/** What Node received; undefined for a call in the process. */
interface Received {
  req?: IncomingMessage | undefined
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
