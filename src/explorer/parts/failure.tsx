import { brief } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import type { RequestFailure } from '../data/request.ts'
import { failureWords } from './failure-words.ts'

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
  const { title, advice } = failureWords(failure)
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
