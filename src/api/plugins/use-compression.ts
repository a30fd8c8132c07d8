import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'graphql-yoga'

/** Bytes below which a body is sent as it is: it fits into a packet or two either way. */
export const MIN_COMPRESSED_BYTES = 1_024
/** Types whose bodies are whole before they are sent. Streams compress themselves if they can be flushed. */
const COMPRESSIBLE = /^(application\/(graphql-response\+)?json|text\/(html|plain))\b/

const compressors = {
  // The default quality of 11 takes a hundred times as long as 4.
  br: (text: string) => promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (text: string) => promisify(gzip)(text),
}
type Encoding = keyof typeof compressors

/** A text in an encoding. */
export const compressed = (text: string, encoding: Encoding): Promise<Buffer> => compressors[encoding](text)

/** Compresses responses of at least MIN_COMPRESSED_BYTES with what the client accepts: Brotli or gzip. */
export function useCompression(): Plugin {
  return {
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const { headers } = response
      if (headers.has('content-encoding') || !COMPRESSIBLE.test(headers.get('content-type') ?? '')) return
      headers.append('vary', 'accept-encoding')
      const encoding = acceptedEncoding(request.headers.get('accept-encoding') ?? '')
      const length = Number(headers.get('content-length') ?? MIN_COMPRESSED_BYTES)
      if (encoding === undefined || response.body === null || length < MIN_COMPRESSED_BYTES) return
      const body = await compressed(await response.text(), encoding)
      headers.set('content-encoding', encoding)
      headers.set('content-length', String(body.byteLength))
      setResponse(new fetchAPI.Response(new Uint8Array(body), { status: response.status, headers }))
    },
  }
}

/** The best of our encodings that an Accept-Encoding header allows; undefined if it allows none. RFC 9110, 12.5.3. */
export function acceptedEncoding(header: string): Encoding | undefined {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)))
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0
  const [best] = (['br', 'gzip'] as const).toSorted((a, b) => weightOf(b) - weightOf(a))
  return best !== undefined && weightOf(best) > 0 ? best : undefined
}
