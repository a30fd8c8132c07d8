import { brief, NOTE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import type { RequestFailure } from '../data/request.ts'

interface FailureProps {
  failure: RequestFailure
  reload: () => void
  /** Whether an earlier answer is still shown. */
  isStale?: boolean
  /** Whether only a part of the page is missing. */
  isPartial?: boolean
  /** Whether the page asks again by itself. */
  isRetried?: boolean
}

/** Says what went wrong, in words that a visitor understands, and what to do. */
export function FailureNotice({ failure, reload, ...is }: FailureProps) {
  const { title, advice } = explained(failure)
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{title}</strong> {advice} {is.isRetried ? texts.failure.again : ''}
      </p>
      {is.isStale ? <p>{texts.failure.stale}</p> : null}
      {is.isPartial ? <p>{texts.failure.partial}</p> : null}
      <p>
        <button type="button" onClick={reload}>
          {texts.failure.retry}
        </button>{' '}
        <small class="muted">
          {texts.failure.code}: <code>{brief(failure.code)}</code>
        </small>
      </p>
    </div>
  )
}

/** The words for a failure: those for its code, or the server's own. */
function explained({ code, message, data }: RequestFailure): { title: string; advice: string } {
  const known = texts.failure.codes[code as keyof typeof texts.failure.codes]
  if (known !== undefined) return known
  const reason = typeof data.reason === 'string' ? data.reason : ''
  return { title: texts.failure.refused, advice: brief(message || reason, NOTE) }
}
