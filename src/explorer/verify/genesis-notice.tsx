import { texts } from '../app/language.ts'
import { Hash } from '../parts/hash.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import type { TrustedGenesis } from './use-genesis.ts'

/** Says which genesis files are checked against, and what the trust in it rests on. */
export function GenesisNotice({ genesis }: { genesis: TrustedGenesis }) {
  const { isSettled, standing, kept, file, served, keep } = genesis
  if (!isSettled) return <p role="status">{texts.verify.genesis.looking}</p>
  const isOther = standing === 'differs' || standing === 'differsFromPinned'
  const isBad = isOther || file === undefined
  return (
    <section class={isBad ? 'notice notice-bad' : 'notice'} aria-label={texts.verify.genesis.title}>
      <p>
        <strong>{texts.verify.genesis.title}</strong> {texts.verify.genesis.standings[standing]}
      </p>
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
            <button type="button" onClick={() => keep(served, false)}>
              {texts.verify.genesis.accept}
            </button>
          </p>
        </>
      ) : null}
    </section>
  )
}
