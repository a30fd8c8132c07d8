import { brief, NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import type { RequestFailure } from '../data/request.ts'

const MIB = 2 ** 20

/** What a failure is, and what to do: the words for its code, or the server's own. */
export function failureWords({ code, message, data }: Pick<RequestFailure, 'code' | 'message' | 'data'>): {
  title: string
  advice: string
} {
  if (code === 'QUERY_TOO_COSTLY' && data.what === 'certificate') {
    const { title, advice } = texts.failure.certificate
    return { title, advice: `${boundIn(data)} ${advice}`.trimStart() }
  }
  const known = texts.failure.codes[code as keyof typeof texts.failure.codes]
  if (known !== undefined) return known
  const reason = typeof data.reason === 'string' ? data.reason : ''
  return { title: texts.failure.refused, advice: brief(message || reason, NOTE) }
}

/** The bound of certificates that a refusal names, in words; empty if it names none. */
function boundIn({ maxBytes, maxHops, maxRecords }: RequestFailure['data']): string {
  const { bounds } = texts.failure
  if (isCount(maxBytes)) return bounds.bytes(formatCount(Math.floor(maxBytes / MIB)))
  if (isCount(maxHops)) return bounds.hops(formatCount(maxHops))
  if (isCount(maxRecords)) return bounds.records(formatCount(maxRecords))
  return ''
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value)
