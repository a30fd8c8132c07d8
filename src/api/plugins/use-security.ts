import type { Plugin } from 'graphql-yoga'

/** Headers of every answer. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/**
 * Sets security headers on every answer, and accepts POST only as JSON. A form on another site can send other content types without a CORS
 * preflight (CSRF), but not JSON.
 */
export function useSecurity(): Plugin {
  return {
    onRequestParse({ request, endResponse }) {
      if (request.method !== 'POST') return
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (type !== 'application/json') endResponse(wrongType())
    },
    onResponse({ response }) {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value)
      if (!response.headers.has('content-security-policy')) {
        response.headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      }
      // One URL has answers of several media types.
      response.headers.append('vary', 'accept')
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
      // Yoga would let caches keep an event stream.
      if (isStream || !response.headers.has('cache-control'))
        response.headers.set('cache-control', 'no-store')
    },
  }
}

function wrongType(): Response {
  const errors = [{ message: 'POST takes application/json.', extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }]
  return Response.json({ errors }, { status: 415 })
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
