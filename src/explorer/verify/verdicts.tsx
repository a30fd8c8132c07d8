import { VERDICTS, type Verdict } from '../../certificate/report.ts'
import { texts } from '../app/language.ts'
import { Section } from '../parts/facts.tsx'
import { unshownBy } from './not-shown.ts'
import type { CertificateResult } from './result.ts'

/** How verdicts look; each is said in a word too. */
const MARKS: Readonly<Record<Verdict, string>> = { yes: '✓', no: '✗', partly: '◐', unknown: '?' }

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
            return (
              <li key={name} class={`verdict verdict-${verdict}`}>
                <span class="verdict-mark" aria-hidden="true">
                  {MARKS[verdict]}
                </span>
                <div>
                  <h3>
                    {title}: <span class="verdict-word">{texts.verify.words[verdict]}</span>
                  </h3>
                  <p>{texts.verify.verdicts[name][verdict]}</p>
                  {verdict === 'unknown' ? null : (
                    <p class="muted">
                      {texts.verify.restsOn} {rests}
                    </p>
                  )}
                  {isRefused && name !== 'intact' ? null : (
                    <p class="verdict-reason" lang="en">
                      {reason}
                    </p>
                  )}
                </div>
              </li>
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
