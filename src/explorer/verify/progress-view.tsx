import { texts } from '../app/language.ts'
import { Text } from '../parts/text.tsx'
import type { CheckState } from './use-check.ts'

interface ProgressViewProps {
  state: CheckState
  onCancel: () => void
}

/**
 * How far a check is, in the words of its stages; nothing while there is none. A screen reader is told of each stage, not of each step, by an
 * element that stands there before: it hears what changes.
 */
export function ProgressView({ state, onCancel }: ProgressViewProps) {
  const isRunning = state.phase === 'running'
  const progress = isRunning ? state.progress : undefined
  const stage = texts.verify.stages[progress?.stage ?? 'load']
  const isCounted = progress !== undefined && progress.steps > 1
  return (
    <div class={isRunning ? 'check-progress' : undefined}>
      {isRunning ? (
        <p class="muted">
          <Text text={state.name} />
        </p>
      ) : null}
      <div role="status">{isRunning ? <p>{stage}</p> : null}</div>
      {isRunning ? (
        <>
          <progress
            aria-label={stage}
            {...(isCounted ? { value: progress.done, max: progress.steps } : {})}
          />
          <button type="button" onClick={onCancel}>
            {texts.verify.cancel}
          </button>
        </>
      ) : null}
    </div>
  )
}
