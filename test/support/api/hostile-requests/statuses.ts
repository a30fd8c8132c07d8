import type { Hostile } from '../hostile.ts'
import { post } from './build.ts'

const STANDARD = { accept: 'application/graphql-response+json' }
/** With the media type of the standard, a request that is not executed has a status. */
export const STATUSES: Hostile[] = [
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
