import { wordFor } from '../app/addresses.ts'
import { brief, WHOLE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { Hash } from './hash.tsx'

/** Who holds, sends or receives. */
export interface PartyOf {
  address: string
  name?: string | null
}

/** An account: its name, marked as one that nobody verified, and its address; `MINT` and `RETIRED` in words. */
export function Party({ party: { address, name } }: { party: PartyOf }) {
  const word = wordFor(address)
  if (word !== undefined) return <span class="muted">{texts.party[word]}</span>
  const href = links.account(address)
  if (name === undefined || name === null) return <Hash value={address} href={href} />
  return (
    <span>
      <a href={href} title={`${brief(name, WHOLE)} · ${address}`}>
        <bdi>{brief(name)}</bdi>
      </a>
      <abbr class="unverified" title={texts.party.unverified}>
        ?<span class="visually-hidden"> {texts.party.unverified}</span>
      </abbr>
    </span>
  )
}
