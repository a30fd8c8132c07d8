import type { Hostile } from '../hostile.ts'
import { BODY_BYTES, chunked, get, post, VALID } from './build.ts'

/** Bytes that are no request, or a request whose length lies. */
export const FRAMES: Hostile[] = [
  ['no HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['TLS', Buffer.from('160301020001000001fc0303', 'hex'), 400, 'BAD_REQUEST'],
  ['another version', 'GET / HTTP/3.0\r\nhost: a\r\n\r\n', 400, 'BAD_REQUEST'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'BAD_REQUEST'],
  ['an unknown method', 'BREW / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nhost a\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a control character in a header', 'GET / HTTP/1.1\r\nhost: a\r\nx: \x01\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a folded header', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n', 400, 'BAD_REQUEST'],
  ['huge headers', get('/', { x: 'x'.repeat(20_000) }), 431, 'HEADERS_TOO_LARGE'],
  [
    'many headers',
    get('/', Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x${i}`, 'y']))),
    431,
    'HEADERS_TOO_LARGE',
  ],
  ['a long URL', get(`/graphql?query=${'x'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE'],
  ['a length and chunks', post(VALID, { 'transfer-encoding': 'chunked' }), 400, 'BAD_REQUEST'],
  ['two lengths', post(VALID, { 'Content-Length': '5' }), 400, 'BAD_REQUEST'],
  ['a negative length', post(VALID, { 'content-length': '-1' }), 400, 'BAD_REQUEST'],
  ['a length that is no number', post(VALID, { 'content-length': 'ten' }), 400, 'BAD_REQUEST'],
  ['a length without end', post(VALID, { 'content-length': '9'.repeat(40) }), 400, 'BAD_REQUEST'],
  ['a length over the limit', post(VALID, { 'content-length': '9999999' }), 413, 'BODY_TOO_LARGE'],
  ['a chunk size that is no number', chunked('zz\r\nx\r\n0\r\n\r\n'), 400],
  ['a chunk size without end', chunked(`${'f'.repeat(20)}\r\n`), 400],
  ['chunk extensions without end', chunked(`1;${'x'.repeat(20_000)}`), 413, 'BODY_TOO_LARGE'],
  [
    'chunks over the limit',
    chunked(`${(BODY_BYTES + 1).toString(16)}\r\n${' '.repeat(BODY_BYTES + 1)}\r\n0\r\n\r\n`),
    413,
    'BODY_TOO_LARGE',
  ],
  ['an unknown transfer coding', chunked('').toString().replace('chunked', 'magic'), 400, 'BAD_REQUEST'],
  ['headers that never end', 'GET / HTTP/1.1\r\nhost: a\r\nx:', 408, 'TIMEOUT'],
  ['a body that never ends', post(VALID, { 'content-length': '500' }), 408, 'TIMEOUT'],
  ['a chunk that never ends', chunked('5\r\nab'), 408, 'TIMEOUT'],
]
