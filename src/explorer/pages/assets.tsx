import { brief } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { navigate } from '../app/router.ts'
import { useQuery } from '../data/use-query.ts'
import { AssetsDocument, type AssetsQuery } from '../generated/operations.ts'
import { AssetLink } from '../parts/asset-link.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { Section } from '../parts/facts.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'
import { Party } from '../parts/party.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Asset = AssetsQuery['assets']['nodes'][number]

/** Assets, newest first, all or those whose code begins with a text. */
export function AssetsPage({ query: place }: PageProps) {
  const after = place.get('after')
  const codePrefix = place.get('prefix') ?? ''
  const query = useQuery(
    AssetsDocument,
    { after, filter: codePrefix === '' ? null : { codePrefix } },
    { follows: after === null },
  )
  const href =
    codePrefix === '' ? links.assets : `${links.assets}?${new URLSearchParams({ prefix: codePrefix })}`
  return (
    <QueryPage title={texts.assets.title} query={query}>
      {({ assets: { nodes, pageInfo } }) => (
        <>
          <p>{texts.assets.intro}</p>
          <Filter prefix={codePrefix} />
          <Section
            title={codePrefix === '' ? texts.assets.all : `${brief(codePrefix)}…`}
            aside={<ExportLinks list="assets" filter={codePrefix === '' ? {} : { codePrefix }} />}
          >
            <Table caption={texts.assets.title} columns={columns} rows={nodes} keyOf={({ code }) => code} />
            <Pager href={href} next={nextOf(pageInfo)} isLater={after !== null} />
          </Section>
        </>
      )}
    </QueryPage>
  )
}

function Filter({ prefix }: { prefix: string }) {
  return (
    <form
      class="filter"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = String(new FormData(event.currentTarget).get('prefix') ?? '').trim()
        navigate(wanted === '' ? links.assets : `${links.assets}?${new URLSearchParams({ prefix: wanted })}`)
      }}
    >
      <label>
        {texts.assets.prefix} <input name="prefix" defaultValue={prefix} maxLength={128} spellcheck={false} />
      </label>
      <button type="submit">{texts.assets.filter}</button>
    </form>
  )
}

const columns: readonly Column<Asset>[] = [
  {
    head: texts.assets.code,
    share: 1.7,
    cell: ({ code }) => <AssetLink asset={{ code }} />,
  },
  { head: texts.assets.name, share: 1.3, cell: ({ name }) => <Text text={name} /> },
  {
    head: texts.assets.issued,
    cell: ({ unique }, issued, cap) =>
      unique ? (
        texts.assets.unique
      ) : (
        <>
          {issued} <span class="muted nowrap">/ {cap}</span>
        </>
      ),
    amountsOf: ({ unique, issued, cap, decimals }) =>
      unique ? [] : [issued, cap].map((units) => ({ units, decimals })),
    isNumber: true,
    share: 1.2,
  },
  {
    head: texts.assets.retired,
    cell: (_, retired) => retired,
    amountsOf: ({ retired, decimals }) => [{ units: retired, decimals }],
    isNumber: true,
    share: 1.1,
  },
  { head: texts.assets.issuer, share: 1.3, cell: ({ issuer }) => <Party party={issuer} /> },
  {
    head: texts.assets.registered,
    share: 1.5,
    cell: ({ registration }) => registration?.timestamp && <Time at={registration.timestamp} />,
  },
]
