import { gzipSync } from 'node:zlib'
import type { Hostile } from '../hostile.ts'
import { BODY_BYTES, NAME, post, query, VALID } from './build.ts'

/** Bodies that are no request of GraphQL. */
export const BODIES: Hostile[] = [
  ['no body', post('', { 'content-length': '0' }), 400, 'BAD_REQUEST'],
  ['no content type', post(VALID, { 'content-type': null }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['text', post(VALID, { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [
    'a form',
    post(`query=${NAME}`, { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'an upload',
    post('--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['GraphQL as a body', post(NAME, { 'content-type': 'application/graphql' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['no JSON', post('{'), 400, 'BAD_REQUEST'],
  ['bad UTF-8', post(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'BAD_REQUEST'],
  ['null', post('null'), 400, 'BAD_REQUEST'],
  ['a number', post('7'), 400, 'BAD_REQUEST'],
  ['a string', post('"query"'), 400, 'BAD_REQUEST'],
  ['an empty list', post('[]'), 400, 'BAD_REQUEST'],
  ['a batch', post(`[${VALID},${VALID}]`), 400, 'BAD_REQUEST'],
  ['an empty object', post('{}'), 400, 'BAD_REQUEST'],
  ['a query that is a number', post('{"query":7}'), 400, 'BAD_REQUEST'],
  ['a query that is a list', post('{"query":["{ chain { name } }"]}'), 400, 'BAD_REQUEST'],
  ['variables that are a list', query(NAME, { variables: [] }), 400, 'BAD_REQUEST'],
  ['variables that are a string', query(NAME, { variables: '{' }), 400, 'BAD_REQUEST'],
  ['extensions that are a number', query(NAME, { extensions: 1 }), 400, 'BAD_REQUEST'],
  ['an operation name that is an object', query('query A { chain { name } }', { operationName: {} }), 400],
  ['an unknown member', query(NAME, { admin: true }), 400, 'BAD_REQUEST'],
  ['a prototype', post('{"query":"{ chain { name } }","__proto__":{"admin":true}}'), 400, 'BAD_REQUEST'],
  ['lists within lists', post('['.repeat(BODY_BYTES)), 400, 'BAD_REQUEST'],
  ['objects within objects', post('{"a":'.repeat(BODY_BYTES / 5)), 400, 'BAD_REQUEST'],
  ['a body over the limit', query(`${NAME} #${'x'.repeat(BODY_BYTES)}`), 413, 'BODY_TOO_LARGE'],
  ['an unknown encoding', post(VALID, { 'content-encoding': 'zstd' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [
    'two encodings',
    post(gzipSync(gzipSync(VALID)), { 'content-encoding': 'gzip, gzip' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['gzip that is none', post(VALID, { 'content-encoding': 'gzip' }), 400, 'BAD_REQUEST'],
  [
    'gzip cut short',
    post(gzipSync(VALID).subarray(0, 20), { 'content-encoding': 'gzip' }),
    400,
    'BAD_REQUEST',
  ],
  [
    'a gzip bomb',
    post(gzipSync('x'.repeat(10_000_000)), { 'content-encoding': 'gzip' }),
    413,
    'BODY_TOO_LARGE',
  ],
]
