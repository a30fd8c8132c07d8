import { ORIGIN_VERDICTS } from '../../verify/origin-report.ts'
import { WHOLE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { Amount } from '../parts/amount.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import type { OriginResult } from './result.ts'
import { VerdictItem } from './verdicts.tsx'

/** What an origin proof says, its verdicts one by one, and what it does not show. */
export function OriginView({ result: { shown, verdicts } }: { result: OriginResult }) {
  const words = texts.verify.originProof
  return (
    <>
      {shown === undefined ? null : (
        <>
          <p class="notice notice-bad">{texts.verify.proof.development}</p>
          <Section title={words.says}>
            <Facts
              facts={[
                [
                  texts.verify.shown.units,
                  <Amount key="units" units={shown.units} decimals={shown.decimals} of={shown.asset} />,
                ],
                [words.serials, `${formatCount(shown.serials.from)} – ${formatCount(shown.serials.to)}`],
                [words.issuer, <Hash key="issuer" value={shown.issuer} href={links.account(shown.issuer)} />],
                [
                  texts.verify.shown.holder,
                  shown.holder === undefined ? (
                    words.unnamed
                  ) : (
                    <Hash key="holder" value={shown.holder} href={links.account(shown.holder)} />
                  ),
                ],
                [words.purpose, <Text key="purpose" text={shown.purpose} most={WHOLE} />],
                [words.hops, formatCount(shown.hops)],
                [texts.verify.shown.height, formatCount(shown.height)],
                [texts.verify.shown.asOf, <Time key="time" at={new Date(shown.timeMs).toISOString()} />],
              ]}
            />
          </Section>
        </>
      )}
      <Section title={texts.verify.verdictsTitle}>
        <ol class="verdicts">
          {ORIGIN_VERDICTS.map((name) => (
            <VerdictItem key={name} title={words.verdicts[name]} judgment={verdicts[name]} />
          ))}
        </ol>
      </Section>
      {shown === undefined ? null : (
        <Section title={texts.verify.notShownTitle}>
          <ul class="not-shown">
            {words.notShown.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
