import type { ComponentChildren } from 'preact'
import { type Judgment, VERDICTS, type Verdict } from '../../certificate/report.ts'
import { WHOLE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { Section } from '../parts/facts.tsx'
import { Text } from '../parts/text.tsx'
import { unshownBy } from './not-shown.ts'
import type { CertificateResult } from './result.ts'

/** How verdicts look; each is said in a word too. */
const MARKS: Readonly<Record<Verdict, string>> = { yes: '✓', no: '✗', partly: '◐', unknown: '?' }

/** A verdict in a word, with what it says. */
export function VerdictItem({
  title,
  judgment: { verdict, reason },
  children,
}: {
  title: string
  judgment: Judgment
  children?: ComponentChildren
}) {
  return (
    <li class={`verdict verdict-${verdict}`}>
      <span class="verdict-mark" aria-hidden="true">
        {MARKS[verdict]}
      </span>
      <div>
        <h3>
          {title}: <span class="verdict-word">{texts.verify.words[verdict]}</span>
        </h3>
        {children}
        {reason === '' ? null : (
          <p class="verdict-reason" lang="en">
            <Text text={reason} most={WHOLE} />
          </p>
        )}
      </div>
    </li>
  )
}

/** The seven verdicts on a certificate one by one, what each rests on, and what is not shown. */
export function Verdicts({ result }: { result: CertificateResult }) {
  const unshown = unshownBy(result)
  const isRefused = result.verdicts.intact.verdict === 'no'
  return (
    <>
      <Section title={texts.verify.verdictsTitle}>
        <ol class="verdicts">
          {VERDICTS.map((name) => {
            const { verdict, reason } = result.verdicts[name]
            const { title, rests } = texts.verify.verdicts[name]
            const shown = isRefused && name !== 'intact' ? '' : reason
            return (
              <VerdictItem key={name} title={title} judgment={{ verdict, reason: shown }}>
                <p>{texts.verify.verdicts[name][verdict]}</p>
                {verdict === 'unknown' ? null : (
                  <p class="muted">
                    {texts.verify.restsOn} {rests}
                  </p>
                )}
              </VerdictItem>
            )
          })}
        </ol>
      </Section>
      {unshown.length === 0 ? null : (
        <Section title={texts.verify.notShownTitle}>
          <ul class="not-shown">
            {unshown.map((name) => (
              <li key={name}>{texts.verify.notShown[name]}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
