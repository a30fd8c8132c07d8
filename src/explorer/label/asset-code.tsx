import { brief } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { labelLinks } from './link.ts'
import { Qr } from './qr.tsx'

/** Width of the code on a page, in millimeters. */
const SHOWN_MM = 30

interface AssetCodeProps {
  code: string
  /** What the issuer says of the asset. */
  metadata: Readonly<Record<string, string>>
  /** Number of a unit; undefined for the whole asset. */
  unit?: string | undefined
}

/** The QR code of an asset, or of a unit of it, with the way to its label; closed at first. */
export function AssetCode({ code, metadata, unit }: AssetCodeProps) {
  const { digitalLink, journey } = labelLinks(
    { code, metadata },
    unit === undefined ? undefined : BigInt(unit),
    location.origin,
  )
  return (
    <details>
      <summary>{texts.label.show}</summary>
      <Qr text={digitalLink ?? journey} mm={SHOWN_MM} />
      <p class="hash hash-full">{digitalLink ?? journey}</p>
      <p>
        <a href={links.label(code) + (unit === undefined ? '' : `/unit/${unit}`)}>
          {texts.label.title(brief(code))}
        </a>
      </p>
    </details>
  )
}
