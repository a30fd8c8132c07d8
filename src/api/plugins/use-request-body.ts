import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Plugin } from 'graphql-yoga'
import { type Refusal, refusalResponse, refuse } from '../http/refusal.ts'

const unzip = promisify(gunzip)

/**
 * Accepts POST only as JSON: a form on another site can send other content types without a CORS preflight (CSRF), but not JSON. Bodies may be
 * compressed with gzip; `maxBytes` bounds them before and after decompression. JSON in a URL is checked as JSON in a body is.
 */
export function useRequestBody(maxBytes: number): Plugin {
  return {
    async onRequest({ request, setRequest, endResponse, fetchAPI }) {
      const encoding = request.headers.get('content-encoding')?.trim().toLowerCase()
      if (encoding === undefined || encoding === '' || encoding === 'identity') return
      const plain =
        encoding === 'gzip' ? await unzipped(request, maxBytes) : refuse(415, 'UNSUPPORTED_MEDIA_TYPE')
      if (plain instanceof Uint8Array) {
        const headers = new fetchAPI.Headers(request.headers)
        headers.delete('content-encoding')
        headers.set('content-length', String(plain.byteLength))
        const { method, signal, url } = request
        setRequest(new fetchAPI.Request(url, { method, headers, signal, body: new Uint8Array(plain) }))
      } else endResponse(refusalResponse(plain, { 'accept-encoding': 'gzip' }))
    },
    onRequestParse({ request, url, endResponse }) {
      if (request.method === 'POST') {
        const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
        if (type !== 'application/json')
          endResponse(refusalResponse(refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'POST takes application/json')))
      } else if (request.method === 'GET') {
        const bad = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name)))
        if (bad) endResponse(refusalResponse(refuse(400, 'BAD_REQUEST', `${bad} is not JSON`)))
      }
    },
  }
}

async function unzipped(request: Request, maxBytes: number): Promise<Uint8Array | Refusal> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of request.body ?? []) {
      size += part.byteLength
      if (size > maxBytes) return refuse(413, 'BODY_TOO_LARGE')
      parts.push(part)
    }
    return await unzip(Buffer.concat(parts), { maxOutputLength: maxBytes })
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return isLarge ? refuse(413, 'BODY_TOO_LARGE') : refuse(400, 'BAD_REQUEST', 'the body is not gzip')
  }
}

function isJson(text: string | null): boolean {
  if (text === null || text === '') return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
