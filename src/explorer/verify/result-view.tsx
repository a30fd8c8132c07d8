import { useLayoutEffect, useRef } from 'preact/hooks'
import { brief, WHOLE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { Facts } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Text } from '../parts/text.tsx'
import { type Outcome, originOutcomeOf, outcomeOf } from './not-shown.ts'
import { OriginView } from './origin-view.tsx'
import { ProofView } from './proof-view.tsx'
import { saveFile } from './save-file.ts'
import { ShownView } from './shown-view.tsx'
import type { Checked } from './use-check.ts'
import { Verdicts } from './verdicts.tsx'

interface ResultsProps {
  checked: readonly Checked[]
  /** SHA-256 of the certificate that a scanned code names; undefined if none was scanned. */
  expected?: string | undefined
}

/** What came out of the checks of files, of each. The focus goes to the first line, unless it went elsewhere while they ran. */
export function Results({ checked, expected }: ResultsProps) {
  const results = useRef<HTMLDivElement>(null)
  // For each set of files.
  useLayoutEffect(() => {
    const { activeElement, body } = document
    const around = results.current?.closest('.verification, main')
    if (activeElement === body || around?.contains(activeElement))
      results.current?.querySelector('h2')?.focus()
  }, [checked])
  return (
    <div ref={results}>
      {checked.map((each, index) => (
        <ResultView key={`${index} ${each.name}`} checked={each} expected={expected} />
      ))}
    </div>
  )
}

interface ResultViewProps extends Omit<ResultsProps, 'checked'> {
  checked: Checked
}

function ResultView({ checked, expected }: ResultViewProps) {
  const { name, result, newer } = checked
  const isOther = isOtherThan(expected, result)
  const { outcome, line, reason } = isOther ? otherThanScanned(checked) : headline(checked)
  return (
    <section class="check-result" aria-label={brief(name)}>
      <div class={`notice check-outcome check-${outcome}`}>
        <h2 tabIndex={-1}>{line}</h2>
        {reason === undefined ? null : (
          <p>
            <code>{reason.code}</code>{' '}
            <span lang="en">
              <Text text={reason.text} most={WHOLE} />
            </span>
          </p>
        )}
        <p class="muted">
          <Text text={name} />
        </p>
        {newer === undefined ? null : (
          <p>
            {texts.verify.newer} <Text text={newer} />
          </p>
        )}
        {expected === undefined || isOther || result.kind !== 'certificate' ? null : (
          <p>{texts.verify.isScanned}</p>
        )}
      </div>
      {isOther ? null : <Content result={result} />}
      {WITH_FILES.has(result.kind) ? <Files checked={checked} /> : null}
    </section>
  )
}

/** What a result says of a file, below its first line. */
function Content({ result }: Pick<Checked, 'result'>) {
  switch (result.kind) {
    case 'certificate':
      return (
        <>
          {result.shown === undefined ? null : <ShownView shown={result.shown} />}
          <Verdicts result={result} />
        </>
      )
    case 'proof':
      return <ProofView result={result} />
    case 'origin':
      return <OriginView result={result} />
    case 'proofs':
      return result.proven?.development ? (
        <p class="notice notice-bad">{texts.verify.proof.development}</p>
      ) : null
    default:
      return null
  }
}

function Files({ checked: { file, name, result } }: { checked: Checked }) {
  return (
    <>
      <Facts
        facts={[
          [
            texts.verify.sha256,
            result.kind === 'certificate' ? <Hash key="sha256" value={result.sha256} full /> : undefined,
          ],
          [
            texts.verify.checkedAgainst,
            'chain' in result ? <Hash key="chain" value={result.chain} full /> : undefined,
          ],
        ]}
      />
      <p class="no-print">
        <button type="button" onClick={() => saveFile(file, name)}>
          {texts.verify.save}
        </button>
      </p>
    </>
  )
}

/** What of the results is about a file that others may want too. */
const WITH_FILES: ReadonlySet<Checked['result']['kind']> = new Set(['certificate', 'proof', 'origin'])

/** Whether a file, as good as it may be, is another one than the certificate that a scanned code names. */
const isOtherThan = (expected: string | undefined, result: Checked['result']): boolean =>
  expected !== undefined &&
  WITH_FILES.has(result.kind) &&
  (result.kind !== 'certificate' || result.sha256 !== expected)

const otherThanScanned = (checked: Checked): Headline => ({
  ...headline(checked),
  outcome: 'refused',
  line: texts.verify.isNotScanned,
})

interface Headline {
  /** How it looks. */
  outcome: Exclude<Outcome, 'unfinal'>
  line: string
  reason?: { code: string; text: string }
}

function headline({ result, isFleeting = false }: Checked): Headline {
  switch (result.kind) {
    case 'certificate': {
      const found = outcomeOf(result)
      const outcome = found === 'unfinal' ? 'refused' : found
      const line = texts.verify.outcomes[found]
      const { code, verdicts } = result
      return code === null
        ? { outcome, line }
        : { outcome, line, reason: { code, text: verdicts.intact.reason } }
    }
    case 'proof': {
      const { code, development } = result
      if (code !== null)
        return {
          outcome: 'refused',
          line: texts.verify.proof.refused,
          reason: { code, text: texts.verify.proof.codes[code] },
        }
      return { outcome: development ? 'partial' : 'verified', line: texts.verify.proof.verified }
    }
    case 'origin': {
      const { code, verdicts } = result
      const found = originOutcomeOf(result)
      const line = { ...texts.verify.outcomes, ...texts.verify.originProof }[found]
      // All keys of the page are for development.
      if (found !== 'refused') return { outcome: found === 'verified' ? 'partial' : 'refused', line }
      const { reason } = code === null ? verdicts.proven : verdicts.intact
      return { outcome: 'refused', line, reason: { code: code ?? 'BAD_PROOF', text: reason } }
    }
    case 'proofs':
      if (result.proven === undefined)
        return {
          outcome: 'refused',
          line: texts.verify.proofs.refused,
          reason: { code: 'BAD_PROOFS', text: result.reason },
        }
      return {
        outcome: result.proven.development ? 'partial' : 'verified',
        line: texts.verify.proofs.verified(
          formatCount(result.proven.batches),
          formatCount(result.proven.height),
        ),
      }
    case 'genesis':
      return { outcome: 'verified', line: texts.verify.genesis.pinned(brief(result.name), isFleeting) }
    case 'policy':
      return { outcome: 'verified', line: texts.verify.policyKept(result.witnesses, isFleeting) }
    case 'refused':
      return {
        outcome: 'refused',
        line: texts.verify.refusals[result.code],
        reason: { code: result.code, text: result.reason },
      }
  }
}
