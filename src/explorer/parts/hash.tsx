import { useState } from 'preact/hooks'
import { shortened } from '../app/format.ts'
import { texts } from '../app/language.ts'

/** Milliseconds for which a button says that it has copied. */
const THANKS_MS = 2_000

interface HashProps {
  value: string
  /** Where it leads. */
  href?: string
  /** Whether it is shown in full, with a button that copies it. */
  full?: boolean
}

/** A hash, a key or an address: shortened in tables, whole and to be copied where there is room. */
export function Hash({ value, href, full = false }: HashProps) {
  const shown = full ? value : shortened(value)
  const text =
    href === undefined ? <span title={value}>{shown}</span> : <Linked {...{ value, href, shown }} />
  return (
    <span class={full ? 'hash hash-full' : 'hash'}>
      {text}
      {full ? (
        <>
          {' '}
          <Copy value={value} />
        </>
      ) : null}
    </span>
  )
}

const Linked = ({ value, href, shown }: { value: string; href: string; shown: string }) => (
  <a href={href} title={value}>
    {shown}
  </a>
)

function Copy({ value }: { value: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard?.writeText(value).then(
      () => {
        setCopied(true)
        setTimeout(() => setCopied(false), THANKS_MS)
      },
      () => {},
    )
  }
  return (
    <button type="button" class="copy" onClick={copy}>
      {isCopied ? texts.copied : texts.copy}
      <span class="visually-hidden"> {shortened(value)}</span>
    </button>
  )
}
