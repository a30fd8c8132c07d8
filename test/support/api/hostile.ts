import { isRejectionCode } from '../../../src/ledger/rejection.ts'
import { exchange, parseResponse } from './raw-http.ts'

/** What is sent, and the status and the code expected. A status of 0: the connection is closed without a response. */
export type Hostile = [name: string, bytes: Buffer | string, status: number, code?: string]

/** What no answer may contain: a stack, a path of this machine, the name of a module. */
export const LEAK = /\bat .*:\d+:\d+|node_modules|\/src\/|\.ts\b|\.js\b/

/** What came back, next to what should have. */
export async function outcome(url: string, [name, bytes, status, code]: Hostile) {
  const answer = parseResponse(await exchange(url, bytes))
  const { headers, body } = answer
  const codes = [...body.matchAll(/"code":"([^"]*)"/g)].map(([, found]) => found!)
  const seen = {
    name,
    status: answer.status,
    code: code === undefined ? undefined : codes[0],
    unknown: codes.filter((found) => !isRejectionCode(found)),
    leaks: LEAK.test(body) ? body : '',
    nosniff: headers.get('x-content-type-options'),
    cache: headers.get('cache-control'),
  }
  const expected = { name, status, code, unknown: [], leaks: '', nosniff: 'nosniff', cache: 'no-store' }
  return { seen, expected }
}
