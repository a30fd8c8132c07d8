import { ADD_CHECKPOINT, MAX_ANSWER_BYTES } from '../../log/add-checkpoint.ts'
import type { AskWitness } from './witness-client.ts'

/** Milliseconds that a witness has for its answer. */
const ANSWER_MS = 10_000

/** Asks a witness over HTTP or HTTPS. Redirects are not followed. */
export const askWitness: AskWitness = async (url, body) => {
  const signal = AbortSignal.timeout(ANSWER_MS)
  const address = `${url.replace(/\/$/, '')}${ADD_CHECKPOINT}`
  const response = await fetch(address, { method: 'POST', body, signal, redirect: 'error' })
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`its answer has more than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return { status: response.status, type: type.trim(), body: Buffer.concat(chunks).toString('utf8') }
}
