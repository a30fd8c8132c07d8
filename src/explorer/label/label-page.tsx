import { useState } from 'preact/hooks'
import { brief, WHOLE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing, useQuery } from '../data/use-query.ts'
import { LabelDocument, type LabelQuery } from '../generated/operations.ts'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { Party } from '../parts/party.tsx'
import { Text } from '../parts/text.tsx'
import { type LinkChoice, labelLinks } from './link.ts'
import { matrixOf, SIZES_MM, sizeFor } from './matrix.ts'
import { Qr } from './qr.tsx'

type Asset = NonNullable<LabelQuery['asset']>

/** `/label/CODE` and `/label/CODE/unit/N`: a label with a QR code, to be printed. */
export function LabelPage({ params: { code = '', n } }: PageProps) {
  const query = useQuery(LabelDocument, { code })
  const words = texts.notFound
  if (isMissing(query, 'asset'))
    return <Missing title={words.asset} advice={words.assetAdvice} wanted={code} />
  return (
    <QueryPage kind={texts.label.kind} title={texts.label.title(brief(code))} query={query}>
      {({ asset }) => asset && <UnitLabel asset={asset} unit={n} />}
    </QueryPage>
  )
}

/** Says so if there is no such unit. */
function UnitLabel({ asset, unit }: { asset: Asset; unit: string | undefined }) {
  if (unit === undefined) return <LabelEditor asset={asset} />
  if (!/^(0|[1-9]\d{0,36})$/.test(unit)) return <NoUnit code={asset.code} says={texts.label.badUnit} />
  if (BigInt(unit) >= BigInt(asset.issued))
    return <NoUnit code={asset.code} says={texts.label.noUnit(formatCount(asset.issued))} />
  return <LabelEditor asset={asset} unit={unit} />
}

function NoUnit({ code, says }: { code: string; says: string }) {
  return (
    <>
      <p role="alert">{says}</p>
      <p>
        <a href={links.label(code)}>{texts.label.whole}</a>
      </p>
    </>
  )
}

function LabelEditor({ asset, unit }: { asset: Asset; unit?: string }) {
  const { code } = asset
  // The schema says that they are texts.
  const metadata = asset.metadata as Record<string, string>
  const all = labelLinks({ code, metadata }, unit === undefined ? undefined : BigInt(unit), location.origin)
  const [choice, setChoice] = useState<LinkChoice>(all.digitalLink === undefined ? 'journey' : 'digitalLink')
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const link = all[choice] ?? all.journey
  const mm = chosen ?? sizeFor(matrixOf(link))
  return (
    <>
      <form class="label-form no-print" onSubmit={(event) => event.preventDefault()}>
        {all.digitalLink === undefined ? null : (
          <label>
            {texts.label.link}{' '}
            <select value={choice} onChange={(event) => setChoice(event.currentTarget.value as LinkChoice)}>
              <option value="digitalLink">{texts.label.digitalLink}</option>
              <option value="journey">{texts.label.journey}</option>
            </select>
          </label>
        )}
        <label>
          {texts.label.size}{' '}
          <select value={mm} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {SIZES_MM.map((size) => (
              <option key={size} value={size}>
                {texts.label.millimeters(size)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => print()}>
          {texts.label.print}
        </button>
      </form>
      <Label {...{ asset, unit, link, mm }} />
    </>
  )
}

interface LabelProps {
  asset: Asset
  unit?: string | undefined
  link: string
  mm: number
}

/** What is printed. */
function Label({ asset: { code, name, issuer }, unit, link, mm }: LabelProps) {
  return (
    <section class="label" aria-label={texts.label.kind}>
      <Qr text={link} mm={mm} />
      <div class="label-text">
        <p class="label-name">
          <Text text={name} most={WHOLE} />
        </p>
        <p>
          <a href={unit === undefined ? links.asset(code) : links.unit(code, unit)}>
            <Text text={code} />
          </a>
          {unit === undefined ? '' : ` · ${texts.label.unit(formatCount(unit))}`}
        </p>
        <p>
          {texts.label.issuer}: <Party party={issuer} />
        </p>
        <p>{texts.label.scan}</p>
        <p class="label-link">{link}</p>
      </div>
    </section>
  )
}
