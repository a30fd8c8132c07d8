import type { Plugin } from 'graphql-yoga'
import { refusalOfStatus, refusalResponse, SECURITY_HEADERS } from '../http/refusal.ts'

/** Sets security headers on every response, keeps caches from storing what says nothing of caches, and gives every error a body with a code. */
export function useSecurity(): Plugin {
  return {
    onResponse({ request, response, setResponse }) {
      let answer = response
      if (response.status >= 400 && !response.headers.has('content-type')) {
        const allow = response.headers.get('allow')
        answer = refusalResponse(refusalOfStatus(response.status), allow === null ? {} : { allow })
        setResponse(answer)
      }
      const { headers } = answer
      for (const [name, value] of Object.entries(SECURITY_HEADERS))
        if (!headers.has(name)) headers.set(name, value)
      // One URL has answers of several media types.
      headers.append('vary', 'accept')
      const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
      // Yoga would let caches keep an event stream.
      if (isStream || !headers.has('cache-control')) headers.set('cache-control', 'no-store')
      if (request.method === 'OPTIONS') headers.set('allow', 'GET, POST')
    },
  }
}

/** True if a page of this origin may use the server. A request without an origin is not a cross-site request of a browser. */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
