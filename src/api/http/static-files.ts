import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

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
  const compressed = new Map<string, Promise<Uint8Array>>()
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
    if (!isSmaller) return new Response(bytesOf(body), { headers: own })
    const zipped = compressed.get(name) ?? promisify(gzip)(body)
    compressed.set(name, zipped)
    return new Response(new Uint8Array(await zipped), { headers: { ...own, 'content-encoding': 'gzip' } })
  }
}

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? body : new Uint8Array(body))
