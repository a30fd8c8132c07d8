import { createHmac } from 'node:crypto'

/** The prefix of a secret in text (Standard Webhooks). */
const SECRET_PREFIX = 'whsec_'

/** A secret as the receiver gets it: `whsec_` and base64. */
export function secretText(secret: Uint8Array): string {
  return SECRET_PREFIX + Buffer.from(secret).toString('base64')
}

/**
 * The headers that sign a message: HMAC-SHA256 over `id.timestamp.body`.
 * Source: the specification of Standard Webhooks, standardwebhooks.com.
 * @param timestampS seconds since 1970 of this attempt; receivers refuse old ones, so that nobody can replay a message later
 */
export function signatureHeaders(
  secret: Uint8Array,
  id: string,
  timestampS: number,
  body: string,
): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${id}.${timestampS}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': `v1,${signature}`,
  }
}
