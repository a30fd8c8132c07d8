import type { Hostile } from '../hostile.ts'
import { rawRequest } from '../raw-http.ts'
import { get, VALID } from './build.ts'

/** Requests that lie about where they go, or ask for what is not there. */
export const TARGETS: Hostile[] = [
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
