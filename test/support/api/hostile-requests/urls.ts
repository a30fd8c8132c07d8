import type { Hostile } from '../hostile.ts'
import { rawRequest } from '../raw-http.ts'
import { ask, get, NAME } from './build.ts'

/** Queries in URLs. */
export const URLS: Hostile[] = [
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
