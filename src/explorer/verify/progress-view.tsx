import { texts } from '../app/language.ts'
import { Text } from '../parts/text.tsx'
import type { Progress } from './run.ts'

interface ProgressViewProps {
  /** What the file is called. */
  name: string
  progress: Progress | undefined
  onCancel: () => void
}

/** How far a check is, in the words of its stages. A screen reader is told of each stage, not of each step. */
export function ProgressView({ name, progress, onCancel }: ProgressViewProps) {
  const stage = progress === undefined ? texts.verify.stages.load : texts.verify.stages[progress.stage]
  const isCounted = progress !== undefined && progress.steps > 1
  return (
    <div class="check-progress">
      <p class="muted">
        <Text text={name} />
      </p>
      <p role="status">{stage}</p>
      <progress aria-label={stage} {...(isCounted ? { value: progress.done, max: progress.steps } : {})} />
      <button type="button" onClick={onCancel}>
        {texts.verify.cancel}
      </button>
    </div>
  )
}
