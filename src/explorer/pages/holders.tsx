import { WHOLE } from '../app/brief.ts'
import { formatCount, formatShare } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing, type QueryState, useQuery } from '../data/use-query.ts'
import { HoldersDocument, type HoldersQuery } from '../generated/operations.ts'
import { ActivityChart, lastDays } from '../parts/activity-chart.tsx'
import { Amount } from '../parts/amount.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'
import { Party } from '../parts/party.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { LiveTransfersTable, TransfersTable } from '../parts/transfers-table.tsx'

type Asset = NonNullable<HoldersQuery['asset']>
type Holder = Asset['holders']['nodes'][number]

/** Days of activity that are shown. */
const DAYS = 90

/** Who holds an asset, by balance, and all its records. */
export function HoldersPage({ params, query: place }: PageProps) {
  const code = params.code!
  const after = place.get('after')
  const holdersAfter = place.get('holders')
  const query = useQuery(
    HoldersDocument,
    { code, after, holdersAfter, ...lastDays(DAYS) },
    { follows: after === null && holdersAfter === null },
  )
  if (isMissing(query, 'asset'))
    return <Missing title={texts.notFound.asset} advice={texts.notFound.assetAdvice} wanted={code} />
  return (
    <QueryPage kind={texts.holders.kind} title={texts.holders.title(code)} query={query}>
      {({ asset }) => asset && <Content {...{ asset, after, holdersAfter, query }} />}
    </QueryPage>
  )
}

interface ContentProps {
  asset: Asset
  after: string | null
  holdersAfter: string | null
  query: QueryState<HoldersQuery>
}

function Content({ asset, after, holdersAfter, query }: ContentProps) {
  const words = texts.holders
  const { code, holders, transfers, activity } = asset
  const href = links.holders(code)
  const title = words.holders(formatCount(holders.totalCount ?? holders.nodes.length))
  return (
    <>
      <AssetFacts asset={asset} />
      <p>
        <a href={links.asset(code)}>{words.journey}</a>
      </p>
      <Section title={title} aside={<ExportLinks list="holdings" filter={{ asset: code }} />}>
        <Table
          caption={title}
          columns={holderColumns(asset)}
          rows={holders.nodes}
          keyOf={({ address }) => address}
          empty={words.noHolders}
        />
        <Pager href={href} name="holders" next={nextOf(holders.pageInfo)} isLater={holdersAfter !== null} />
      </Section>
      <Section title={words.records} aside={<ExportLinks list="transfers" filter={{ asset: code }} />}>
        {after === null && holdersAfter === null ? (
          <LiveTransfersTable rows={transfers.nodes} caption={words.records} query={query} />
        ) : (
          <TransfersTable rows={transfers.nodes} caption={words.records} />
        )}
        <Pager href={href} next={nextOf(transfers.pageInfo)} isLater={after !== null} />
      </Section>
      <Section title={words.activity}>
        <ActivityChart title={words.activity} by="DAY" activity={activity} />
      </Section>
    </>
  )
}

function AssetFacts({ asset: { name, cap, decimals, custody, issued, retired, issuer } }: { asset: Asset }) {
  const amount = (units: string) => <Amount key={units} units={units} decimals={decimals} />
  return (
    <Facts
      facts={[
        [texts.assets.name, <Text key="name" text={name} most={WHOLE} />],
        [texts.assets.issuer, <Party key="issuer" party={issuer} />],
        [texts.assets.cap, amount(cap)],
        [texts.assets.issued, amount(issued)],
        [texts.assets.retired, amount(retired)],
        [texts.holders.circulating, amount(`${BigInt(issued) - BigInt(retired)}`)],
        [texts.holders.custody, custody === null ? undefined : texts.holders.custodies[custody]],
      ]}
    />
  )
}

const holderColumns = ({ code, decimals, issued, retired }: Asset): readonly Column<Holder>[] => {
  const circulating = Number(BigInt(issued) - BigInt(retired))
  return [
    {
      head: texts.holders.holder,
      cell: ({ address, account }) => <Party party={{ address, name: account.name }} />,
    },
    {
      head: texts.holders.balance,
      cell: ({ address }, balance) => <a href={links.holding(address, code)}>{balance}</a>,
      amountsOf: ({ balance }) => [{ units: balance, decimals }],
      isNumber: true,
    },
    {
      head: texts.holders.share,
      cell: ({ balance }) => (circulating === 0 ? '' : formatShare(Number(balance) / circulating, 1)),
      isNumber: true,
    },
  ]
}
