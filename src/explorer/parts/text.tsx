import { brief } from '../app/brief.ts'

interface TextProps {
  text: string
  /** Most characters of it that are shown. */
  most?: number
  muted?: boolean
}

/** A text of others: safe, cut to what somebody reads, and apart from the direction of the texts around it. */
export const Text = ({ text, most, muted = false }: TextProps) => (
  <bdi class={muted ? 'muted' : undefined}>{brief(text, most)}</bdi>
)
