import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Response } from '@whatwg-node/fetch'

/** A file that a page loads. */
export interface StaticFile {
  /** Its media type. */
  type: string
  body: string | Uint8Array
}

/** Types that compression makes smaller. */
const COMPRESSIBLE = /^(text\/|application\/(json|javascript|wasm|manifest\+json)|image\/svg)/

/**
 * Serves files whose paths change with their contents, so that browsers may keep them for ever.
 * @param files by their names, which requests name
 * @param headers of each answer, besides those of the file
 * @returns a handler, whose answer is a 404 where there is no file of that name
 */
export function staticFiles(
  files: ReadonlyMap<string, StaticFile>,
  headers: Readonly<Record<string, string>> = {},
): (request: Request, name: string) => Promise<Response> {
  const encoded = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  /** The bytes of a file in an encoding. All answers send the same bytes, so that slow readers take no memory; what failed is tried again. */
  const once = (name: string, encode: () => Promise<Buffer>) => {
    const known = encoded.get(name)
    if (known !== undefined) return known
    const bytes = encode().then((buffer) => buffer as Uint8Array<ArrayBuffer>)
    encoded.set(name, bytes)
    bytes.catch(() => encoded.delete(name))
    return bytes
  }
  return async (request, name) => {
    const file = files.get(name)
    if (file === undefined) return new Response(null, { status: 404 })
    const { type, body } = file
    const own = {
      ...headers,
      'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    }
    const isSmaller = COMPRESSIBLE.test(type) && request.headers.get('accept-encoding')?.includes('gzip')
    const bytes = isSmaller
      ? await once(`${name}.gz`, () => promisify(gzip)(body))
      : await once(name, async () => Buffer.from(body))
    const encoding = isSmaller ? { 'content-encoding': 'gzip' } : {}
    const length = { 'content-length': String(bytes.length) }
    return new Response(bytes, { headers: { ...own, ...encoding, ...length } })
  }
}
