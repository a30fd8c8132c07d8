import { JsonReader } from '../ledger/json-reader.ts'
import type { Submitted } from './types.ts'

/** Characters of a hash, a status or a message, more than any has. */
const MAX_TEXT = 4096
/** How rejections are named; a hash has more characters. */
const CODE = /^[A-Z][A-Z0-9_]{1,39}$/
/** Statuses without a rejection. Each other one has the reason. */
const WITHOUT_REASON: ReadonlySet<string> = new Set(['ACCEPTED', 'FINAL', 'TIMEOUT'])
const read = new JsonReader('MALFORMED')

/** What became of so many actions, as an API answers. @throws RejectionError MALFORMED */
export function submittedIn(results: unknown, count: number): Submitted[] {
  const list = read.list(results, 'results', count)
  if (list.length < count) read.fail('results', `has fewer than ${count} entries`)
  return list.map((result) => {
    const { hash, status, rejection } = read.entries(result, 'result')
    const name = read.text(status, 'result.status', 1, MAX_TEXT) as Submitted['status']
    const isMissing = rejection === null && WITHOUT_REASON.has(name)
    return {
      hash: hash === null ? null : read.text(hash, 'result.hash', 1, MAX_TEXT),
      status: name,
      rejection: isMissing ? null : rejectionIn(rejection),
    }
  })
}

function rejectionIn(value: unknown): NonNullable<Submitted['rejection']> {
  const { code, message, data } = read.entries(value, 'result.rejection')
  if (!CODE.test(read.text(code, 'result.rejection.code', 1, MAX_TEXT)))
    read.fail('result.rejection.code', 'is no code')
  return {
    code: code as string,
    message: read.text(message, 'result.rejection.message', 0, MAX_TEXT),
    data: read.entries(data, 'result.rejection.data'),
  }
}
