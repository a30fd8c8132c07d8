import { brief, NOTE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Hash } from '../parts/hash.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import type { TrustedGenesis, Unserved } from './use-genesis.ts'

/** Says which genesis files are checked against, and what the trust in it rests on. */
export function GenesisNotice({ genesis }: { genesis: TrustedGenesis }) {
  const { isSettled, standing, kept, file, served, unserved, keep } = genesis
  if (!isSettled) return <p role="status">{texts.verify.genesis.looking}</p>
  const isOther = standing === 'differs' || standing === 'differsFromPinned'
  const isBad = isOther || file === undefined
  return (
    <section
      tabIndex={-1}
      class={isBad ? 'notice notice-bad' : 'notice'}
      aria-label={texts.verify.genesis.title}
    >
      <p>
        <strong>{texts.verify.genesis.title}</strong> {texts.verify.genesis.standings[standing]}
      </p>
      {unserved === undefined || standing === 'pinned' ? null : <Why unserved={unserved} />}
      {kept === undefined ? null : (
        <p>
          <Text text={kept.name} />{' '}
          <span class="muted">
            {texts.verify.genesis.since} <Time at={kept.since} />
          </span>
          <br />
          <Hash value={kept.chain} full />
        </p>
      )}
      {kept !== undefined && file === undefined ? <p>{texts.verify.genesis.lost}</p> : null}
      {isOther && served !== undefined ? (
        <>
          <p>
            {texts.verify.genesis.served} <Text text={served.result.name} />{' '}
            <Hash value={served.result.chain} full />
          </p>
          <p>
            <button
              type="button"
              onClick={({ currentTarget }) => {
                // The button goes.
                currentTarget.closest('section')?.focus()
                keep(served, false)
              }}
            >
              {texts.verify.genesis.accept}
            </button>
          </p>
        </>
      ) : null}
    </section>
  )
}

/** Why the server shows no genesis: as its failure says, or the verifier. */
function Why({ unserved }: { unserved: Unserved }) {
  const isRead = 'kind' in unserved
  const { title, advice } = isRead
    ? { title: `${texts.verify.refusals[unserved.code]}.`, advice: unserved.reason }
    : failureWords(unserved)
  return (
    <p>
      {title}{' '}
      <span {...(isRead && { lang: 'en' })}>
        <Text text={advice} most={NOTE} />
      </span>{' '}
      <small class="muted">
        {texts.failure.code}: <code>{brief(unserved.code)}</code>
      </small>
    </p>
  )
}
