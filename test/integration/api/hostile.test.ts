import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { type Hostile, outcome } from '../../support/api/hostile.ts'
import { exchange, parseResponse, rawRequest } from '../../support/api/raw-http.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const BODY_BYTES = 20_000
let api: RunningApi

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  api = await serveApi(database, genesis, {
    limits: { bodyBytes: BODY_BYTES },
    timeouts: { headersMs: 300, requestMs: 300, checkMs: 50 },
  })
})
afterAll(() => api.stop())

const get = (target: string, headers: Record<string, string | null> = {}) =>
  rawRequest('GET', target, headers)
const ask = (query: string, rest: Record<string, string> = {}) =>
  get(`/graphql?${new URLSearchParams({ query, ...rest })}`)
const post = (body: string | Uint8Array, headers: Record<string, string | null> = {}) =>
  rawRequest('POST', '/graphql', headers, body)
const query = (text: string, rest: object = {}) => post(JSON.stringify({ query: text, ...rest }))
const NAME = '{ chain { name } }'
const VALID = JSON.stringify({ query: NAME })
const chunked = (body: string) =>
  Buffer.concat([post('', { 'transfer-encoding': 'chunked', 'content-length': null }), Buffer.from(body)])

const FRAMES: Hostile[] = [
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

const TARGETS: Hostile[] = [
  ['no Host', get('/graphql', { host: null }), 400, 'BAD_REQUEST'],
  ['an empty Host', get('/graphql', { host: '' }), 400, 'BAD_REQUEST'],
  ['a Host with a space', get('/graphql', { host: 'a b' }), 400, 'BAD_REQUEST'],
  ['a Host with a port out of range', get('/graphql', { host: 'x:99999' }), 400, 'BAD_REQUEST'],
  ['a Host with a path', get('/graphql', { host: 'x/graphql?query={chain{name}}#' }), 400, 'BAD_REQUEST'],
  ['a Host with a user', get('/graphql', { host: 'user@x' }), 400, 'BAD_REQUEST'],
  ['a Host with a bad address', get('/graphql', { host: '[::1' }), 400, 'BAD_REQUEST'],
  ['two Hosts', get('/graphql', { Host: 'b' }), 400, 'BAD_REQUEST'],
  ['an absolute target', get('http://evil.example/graphql'), 400, 'BAD_REQUEST'],
  ['a target with two slashes', get('//evil.example/graphql'), 400, 'BAD_REQUEST'],
  ['a target that is an asterisk', rawRequest('OPTIONS', '*'), 400, 'BAD_REQUEST'],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
  ['an expectation', get('/graphql', { expect: 'miracles' }), 417, 'BAD_REQUEST'],
  ['a path that leads up', get('/../../etc/passwd'), 404, 'NOT_FOUND'],
  ['an encoded path that leads up', get('/%2e%2e/%2e%2e/etc/passwd'), 404, 'NOT_FOUND'],
  ['a path of the page that leads up', get('/graphiql/../../package.json'), 404, 'NOT_FOUND'],
  ['a file of the page that is a property', get('/graphiql/constructor'), 404, 'NOT_FOUND'],
  ['a percent sign alone', get('/%'), 404, 'NOT_FOUND'],
  ['an encoded zero', get('/graphql%00'), 404, 'NOT_FOUND'],
  ['a path in another case', get('/GraphQL'), 404, 'NOT_FOUND'],
  ['PUT', rawRequest('PUT', '/graphql', {}, VALID), 405, 'METHOD_NOT_ALLOWED'],
  ['DELETE', rawRequest('DELETE', '/graphql'), 405, 'METHOD_NOT_ALLOWED'],
  ['TRACE', rawRequest('TRACE', '/graphql'), 405, 'METHOD_NOT_ALLOWED'],
  ['OPTIONS', rawRequest('OPTIONS', '/graphql'), 405, 'METHOD_NOT_ALLOWED'],
  ['HEAD', rawRequest('HEAD', '/graphql'), 405],
]

const BODIES: Hostile[] = [
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

const URLS: Hostile[] = [
  ['no query', get('/graphql'), 400, 'BAD_REQUEST'],
  ['an empty query', get('/graphql?query='), 400, 'BAD_REQUEST'],
  ['variables that are no JSON', ask(NAME, { variables: '{bad' }), 400, 'BAD_REQUEST'],
  ['extensions that are no JSON', ask(NAME, { extensions: 'x' }), 400, 'BAD_REQUEST'],
  ['variables that are a number', ask(NAME, { variables: '7' }), 400, 'BAD_REQUEST'],
  [
    'variables with bad escapes',
    get('/graphql?query=%7Bchain%7Bname%7D%7D&variables=%FF%FE'),
    400,
    'BAD_REQUEST',
  ],
  ['a mutation by GET', ask('mutation { requestProof(index: 0) { index } }'), 405, 'METHOD_NOT_ALLOWED'],
  ['a query that is bad UTF-8', get('/graphql?query=%FF'), 200, 'GRAPHQL_PARSE_FAILED'],
  [
    'an operation that is not there',
    ask('query A { chain { name } }', { operationName: 'B' }),
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'two operations and no name',
    ask('query A { chain { name } } query B { chain { name } }'),
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'a media type that is not offered',
    get(`/graphql?query=${encodeURIComponent(NAME)}`, { accept: 'image/png' }),
    406,
    'NOT_ACCEPTABLE',
  ],
  [
    'a subscription as JSON',
    rawRequest(
      'POST',
      '/graphql',
      { accept: 'application/json' },
      '{"query":"subscription { chain { name } }"}',
    ),
    406,
    'NOT_ACCEPTABLE',
  ],
]

const DOCUMENTS: Hostile[] = [
  ['no document', query(' '), 200, 'GRAPHQL_PARSE_FAILED'],
  ['braces without end', query('{'.repeat(1_000)), 200, 'GRAPHQL_PARSE_FAILED'],
  ['many tokens', query(`{ ${'a '.repeat(3_000)} }`), 200, 'TOO_MANY_TOKENS'],
  [
    'many aliases',
    query(`{ ${Array.from({ length: 40 }, (_, i) => `a${i}: chain { name }`).join(' ')} }`),
    200,
    'TOO_MANY_ALIASES',
  ],
  [
    'a flood of directives',
    query(`{ chain ${'@include(if: true) '.repeat(100)} { name } }`),
    200,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a flood of unknown directives',
    query(`{ chain ${'@x '.repeat(900)} { name } }`),
    200,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['@defer', query('{ ... @defer { chain { name } } }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
  ['@stream', query('{ chain { validators @stream { name } } }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
  ['a fragment in itself', query('{ ...A } fragment A on Query { ...A }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments in a circle',
    query('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'deep selections',
    query(`{ chain { head ${'{ transfers { nodes { block '.repeat(8)}{ height ${'} } } '.repeat(8)}} } }`),
    200,
    'QUERY_TOO_DEEP',
  ],
  [
    'a costly selection',
    query(
      '{ blocks(first: 100) { nodes { transfers(first: 100) { nodes { from { transfers(first: 100) { nodes { hash } } } } } } } }',
    ),
    200,
    'QUERY_TOO_COSTLY',
  ],
  [
    'many operations',
    query(Array.from({ length: 11 }, (_, i) => `query A${i} { chain { name } }`).join(' '), {
      operationName: 'A0',
    }),
    200,
    'QUERY_TOO_COSTLY',
  ],
  ['a type definition', query('type Query { a: Int }'), 400],
  ['an unknown field', query('{ __proto__ }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
  ['a page without end', query('{ blocks(first: 2147483647) { nodes { height } } }'), 200, 'PAGE_TOO_LARGE'],
  [
    'a page that is no Int',
    query('{ blocks(first: 99999999999) { nodes { height } } }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a cursor that is none',
    query('{ blocks(first: 1, after: "%00") { nodes { height } } }'),
    200,
    'BAD_CURSOR',
  ],
  [
    'a cursor without end',
    query(`{ blocks(first: 1, after: "${'A'.repeat(10_000)}") { nodes { height } } }`),
    200,
    'BAD_CURSOR',
  ],
  [
    'a cursor that is a prototype',
    query('{ blocks(first: 1, after: "__proto__") { nodes { height } } }'),
    200,
    'BAD_CURSOR',
  ],
  [
    'a height without end',
    query('query ($h: BigInt!) { block(by: { height: $h }) { hash } }', {
      variables: { h: '9'.repeat(5_000) },
    }),
    200,
    'BAD_NUMBER',
  ],
  [
    'a height that is an object',
    query('query ($h: BigInt!) { block(by: { height: $h }) { hash } }', {
      variables: { h: {} },
    }),
    200,
  ],
  [
    'a variable that is missing',
    query('query ($h: BigInt!) { block(by: { height: $h }) { hash } }'),
    200,
    'BAD_INPUT',
  ],
  [
    'an address that is SQL',
    query(`{ account(address: "'; DROP TABLE block; --") { address } }`),
    200,
    'BAD_ADDRESS',
  ],
  ['a code with a zero', query('{ asset(by: { code: "\\u0000" }) { code } }'), 200],
]

const STANDARD = { accept: 'application/graphql-response+json' }
/** With the media type of the standard, a request that is not executed has a status. */
const STATUSES: Hostile[] = [
  ['no document', post('{"query":"{"}', STANDARD), 400, 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', post('{"query":"{ x }"}', STANDARD), 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a variable that is no number',
    post('{"query":"query ($i: BigInt!) { batch(index: $i) { id } }","variables":{"i":"x"}}', STANDARD),
    400,
    'BAD_NUMBER',
  ],
  [
    'a field that fails',
    post('{"query":"{ account(address: \\"x\\") { address } }"}', STANDARD),
    200,
    'BAD_ADDRESS',
  ],
]

const VALID_ONES: [string, Buffer | string][] = [
  ['gzip', post(gzipSync(VALID), { 'content-encoding': 'gzip' })],
  ['identity', post(VALID, { 'content-encoding': 'identity' })],
  ['chunks', chunked(`${VALID.length.toString(16)}\r\n${VALID}\r\n0\r\n\r\n`)],
  ['a Host that is an address with a port', post(VALID, { host: '[::1]:4000' })],
  ['HTTP/1.0 without a Host', post(VALID, { host: null }).toString().replace('HTTP/1.1', 'HTTP/1.0')],
  ['a member given twice: the last one counts', post(`{"query":"{","query":${JSON.stringify(NAME)}}`)],
]

describe('every hostile request has an answer with a status, a code and the security headers', () => {
  it.each([
    ['frames', FRAMES],
    ['targets', TARGETS],
    ['bodies', BODIES],
    ['URLs', URLS],
    ['documents', DOCUMENTS],
    ['statuses', STATUSES],
  ])('%s', async (_kind, requests) => {
    const outcomes = await Promise.all(requests.map((request) => outcome(api.url, request)))
    expect(outcomes.map(({ seen }) => seen)).toEqual(outcomes.map(({ expected }) => expected))
  })

  it.each(VALID_ONES)('while %s is answered', async (_name, bytes) => {
    const { status, body } = parseResponse(await exchange(api.url, bytes))
    expect([status, body]).toEqual([200, expect.stringContaining('{"data":{"chain":{"name":"test"}}')])
  })

  it('numbers more than a hundred', () => {
    expect([FRAMES, TARGETS, BODIES, URLS, DOCUMENTS].flat().length).toBeGreaterThanOrEqual(100)
  })
})
