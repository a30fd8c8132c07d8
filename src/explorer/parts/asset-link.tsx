import { brief, WHOLE } from '../app/brief.ts'
import { links } from '../app/links.ts'
import { Text } from './text.tsx'

interface AssetLinkProps {
  asset: { code: string; name?: string }
  /** Where it leads; by default, to the page of the asset. */
  href?: string
}

/** The code of an asset, in one line if it fits into one, with its name on request. */
export const AssetLink = ({ asset: { code, name }, href = links.asset(code) }: AssetLinkProps) => (
  <a href={href} class="code" title={name === undefined ? undefined : brief(name, WHOLE)}>
    <Text text={code} />
  </a>
)
