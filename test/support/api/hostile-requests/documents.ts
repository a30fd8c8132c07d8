import type { Hostile } from '../hostile.ts'
import { query } from './build.ts'

/** Documents that ask for too much, or for nothing. */
export const DOCUMENTS: Hostile[] = [
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
