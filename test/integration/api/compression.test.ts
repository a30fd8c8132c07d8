import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  createListener,
  HTTP_TIMEOUTS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
} from '../../../src/api/http/listener.ts'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { acceptedEncoding, MIN_COMPRESSED_BYTES } from '../../../src/api/plugins/use-compression.ts'
import { ApiWorld } from '../../support/api/api-server.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await ApiWorld.open()
})

const answer = async (query: string, encodings?: string) => {
  const response = await world.api.yoga.fetch(`http://api/graphql?query=${encodeURIComponent(query)}`, {
    headers: {
      accept: 'application/json',
      ...(encodings === undefined ? {} : { 'accept-encoding': encodings }),
    },
  })
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}
/** The answer without extensions, which say what is left of the client's budget. */
const dataOf = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()).data
const LARGE = '{ chain { genesis name } __schema { types { name description } } }'

describe('an answer', () => {
  it('is compressed with what the client accepts if it is large enough, and caches tell the encodings apart', async () => {
    const plain = await answer(LARGE)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(plain.headers.get('vary')).toMatch(/accept-encoding/i)
    expect(plain.bytes.length).toBeGreaterThan(MIN_COMPRESSED_BYTES)
    const brotli = await answer(LARGE, 'gzip, deflate, br')
    expect(brotli.headers.get('content-encoding')).toBe('br')
    expect(dataOf(brotliDecompressSync(brotli.bytes))).toEqual(dataOf(plain.bytes))
    const zipped = await answer(LARGE, 'gzip')
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect(zipped.headers.get('content-length')).toBe(String(zipped.bytes.length))
    expect(dataOf(gunzipSync(zipped.bytes))).toEqual(dataOf(plain.bytes))
    const small = await answer('{ chain { name } }', 'gzip')
    expect(small.headers.get('content-encoding')).toBeNull()
    expect(small.headers.get('vary')).toMatch(/accept-encoding/i)
    expect(JSON.parse(small.bytes.toString())).toMatchObject({ data: { chain: { name: 'test' } } })
  })

  it.each([
    ['', undefined],
    ['identity', undefined],
    ['deflate, zstd', undefined],
    ['gzip', 'gzip'],
    ['GZIP;Q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=x', undefined],
  ])('to "%s" has the encoding %s', (header, encoding) => {
    expect(acceptedEncoding(header)).toBe(encoding)
  })
})

describe('bounds of HTTP', () => {
  it('are those of the server', () => {
    expect([MIN_COMPRESSED_BYTES, MAX_HEADER_BYTES, MAX_CONNECTIONS]).toEqual([1_024, 16_384, 10_000])
    const server = createListener(() => {})
    // Common proxies close their idle connections after 60 s; whoever closes first must not be the server.
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000)
    expect([server.headersTimeout, server.requestTimeout]).toEqual([
      HTTP_TIMEOUTS.headersMs,
      HTTP_TIMEOUTS.requestMs,
    ])
    expect(server.timeout).toBe(HTTP_TIMEOUTS.silenceMs)
    expect(HTTP_TIMEOUTS.silenceMs).toBeGreaterThan(DEFAULT_LIMITS.waitMs + DEFAULT_LIMITS.timeoutMs)
  })
})
