import { useMemo, useState } from 'preact/hooks'
import { isNoted } from '../../standards/event-time.ts'
import { NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { memo } from '../parts/memo.tsx'
import { Party } from '../parts/party.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { type Custody, custodyOf, goesOn, heldMs } from './custody.ts'
import { durationWords } from './duration.ts'
import type { SeenJourney } from './journey.ts'

const words = texts.journey

/** Holders that are shown before somebody asks for earlier ones, and those that come then. */
const SHOWN = 50
const MORE = 200

/** Who had a single unit, from when to when: a line from its issue to where it is. */
export function CustodyLine({ journey }: { journey: SeenJourney }) {
  const [most, setMost] = useState(SHOWN)
  const line = useMemo(() => custodyOf(journey), [journey])
  const hidden = Math.max(0, line.length - most)
  const isOpen = goesOn(journey)
  return (
    <ol class="custody-line">
      {isOpen && journey.direction === 'BACKWARD' ? <Missing journey={journey} /> : null}
      {hidden === 0 ? null : (
        <li class="custody-missing">
          <button type="button" onClick={() => setMost(most + MORE)}>
            {words.earlier(formatCount(Math.min(MORE, hidden)), formatCount(hidden))}
          </button>
        </li>
      )}
      {line.slice(hidden).map((custody) => (
        <Holding key={custody.move.hash} custody={custody} />
      ))}
      {isOpen && journey.direction === 'FORWARD' ? <Missing journey={journey} /> : null}
    </ol>
  )
}

const Missing = ({ journey: { isCutOff } }: { journey: SeenJourney }) => (
  <li class="custody-missing muted">{isCutOff ? words.notFollowed : words.missing}</li>
)

const Holding = memo(({ custody }: { custody: Custody }) => {
  const { kind, holder, fromMs, untilMs, move } = custody
  const isNow = untilMs === undefined
  const ms = heldMs(custody, Date.now())
  // The note is the time at which it happened, as in imported histories.
  const hasTime = isNoted(move)
  return (
    <li
      class={`custody custody-${kind}${isNow ? ' custody-now' : ''}`}
      aria-current={isNow ? 'true' : undefined}
    >
      <p class="custody-holder">
        {holder === undefined ? words.isRetired : <Party party={holder} />}
        {isNow ? <span class="badge">{kind === 'held' ? words.now : words.out}</span> : null}
      </p>
      <p>
        {words.begins[move.kind]} <Time at={new Date(fromMs).toISOString()} />
        {hasTime ? <span class="muted"> {words.noted}</span> : null}
      </p>
      <p class="muted">
        {ms === undefined ? null : `${(isNow ? words.since : words.lasted)(durationWords(ms))} · `}
        <a href={links.transfer(move.hash)}>{words.record(formatCount(move.position))}</a>
      </p>
      {move.note === null || hasTime ? null : (
        <p class="note">
          “<Text text={move.note} most={NOTE} />”
        </p>
      )}
    </li>
  )
})
