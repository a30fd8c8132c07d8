import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import type { ProofResult } from './result.ts'

/** What a batch proof that was accepted says, and what it does not. */
export function ProofView({ result: { signals, development } }: { result: ProofResult }) {
  if (signals === undefined) return null
  const { index, proven, attested, stateRootBefore, stateRootAfter, recordsRoot } = signals
  return (
    <>
      {development ? (
        <p class="notice notice-bad">
          <strong>{texts.verify.proof.development}</strong>
        </p>
      ) : null}
      <Section title={texts.verify.proof.says}>
        <Facts
          facts={[
            [texts.verify.proof.batch, formatCount(index)],
            [texts.verify.proof.proven, formatCount(proven)],
            [texts.verify.proof.attested, formatCount(attested)],
            [texts.verify.proof.before, <Hash key="before" value={stateRootBefore} full />],
            [texts.verify.proof.after, <Hash key="after" value={stateRootAfter} full />],
            [texts.verify.proof.records, <Hash key="records" value={recordsRoot} full />],
          ]}
        />
      </Section>
      <Section title={texts.verify.notShownTitle}>
        <ul class="not-shown">
          {texts.verify.proof.notShown.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Section>
    </>
  )
}
