import { brief, WHOLE } from '../app/brief.ts'

interface TextProps {
  text: string
  /** Most characters of it that are shown. */
  most?: number
  muted?: boolean
}

/** A text of others: safe, cut to what somebody reads, with all of it on request, and apart from the direction of the texts around it. */
export function Text({ text, most, muted = false }: TextProps) {
  const shown = brief(text, most)
  const whole = shown.endsWith('…') ? brief(text, WHOLE) : shown
  return (
    <bdi class={muted ? 'muted' : undefined} title={whole === shown ? undefined : whole}>
      {shown}
    </bdi>
  )
}
