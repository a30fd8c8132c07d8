import { wordFor } from '../app/addresses.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing, type QueryState, useQuery } from '../data/use-query.ts'
import { AccountDocument, type AccountQuery } from '../generated/operations.ts'
import { ActivityChart, lastDays } from '../parts/activity-chart.tsx'
import { AssetLink } from '../parts/asset-link.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { LiveTransfersTable, TransfersTable } from '../parts/transfers-table.tsx'

type Account = NonNullable<AccountQuery['account']>
type Holding = Account['holdings']['nodes'][number]

/** Days of activity that are shown. */
const DAYS = 90

/** An account: what it holds, and what it did. */
export function AccountPage({ params, query: place }: PageProps) {
  const address = params.address!
  const after = place.get('after')
  const holdingsAfter = place.get('holdings')
  const word = wordFor(address)
  const isKey = word === undefined
  const query = useQuery(
    AccountDocument,
    { address, isKey, after, holdingsAfter, ...lastDays(DAYS) },
    { follows: after === null },
  )
  const isBad = [query.failure, ...(query.answer?.faults ?? [])].some((each) => each?.code === 'BAD_ADDRESS')
  if (isBad)
    return (
      <Missing title={texts.notFound.badAddress} advice={texts.notFound.badAddressAdvice} wanted={address} />
    )
  if (isMissing(query, 'account'))
    return <Missing title={texts.notFound.account} advice={texts.notFound.accountAdvice} wanted={address} />
  const name = query.answer?.data.account?.name
  const title = word === undefined ? (name ?? address.slice(0, 14)) : `${word}: ${texts.party[word]}`
  return (
    <QueryPage kind={texts.account.kind} title={title} query={query}>
      {({ account }) => account && <Content {...{ account, word, after, holdingsAfter, query }} />}
    </QueryPage>
  )
}

interface ContentProps {
  account: Account
  /** The word that stands for it if it belongs to no key. */
  word: ReturnType<typeof wordFor>
  after: string | null
  holdingsAfter: string | null
  query: QueryState<AccountQuery>
}

function Content({ account, word, after, holdingsAfter, query }: ContentProps) {
  const words = texts.account
  const { address, accountId, name, holdings, pending, activity, transfers } = account
  const href = links.account(address)
  return (
    <>
      {word === undefined ? null : <p>{words.words[word]}</p>}
      {word === undefined && name !== null ? <p class="notice">{words.nameNote}</p> : null}
      <Facts
        facts={[
          [words.address, <Hash key="address" value={address} full />],
          [words.accountId, <Hash key="id" value={accountId} full />],
        ]}
      />
      <Section title={words.holdings} aside={<ExportLinks list="holdings" filter={{ account: address }} />}>
        <Table
          caption={words.holdings}
          columns={holdingColumns(address)}
          rows={holdings.nodes}
          keyOf={({ asset }) => asset.code}
          empty={words.noHoldings}
        />
        <Pager
          href={href}
          name="holdings"
          next={nextOf(holdings.pageInfo)}
          isLater={holdingsAfter !== null}
        />
      </Section>
      {pending === null || pending.nodes.length === 0 ? null : (
        <Section title={words.pending}>
          <TransfersTable rows={pending.nodes} caption={words.pending} />
        </Section>
      )}
      <Section title={words.records} aside={<ExportLinks list="transfers" filter={{ account: address }} />}>
        {after === null ? (
          <LiveTransfersTable rows={transfers.nodes} caption={words.records} query={query} />
        ) : (
          <TransfersTable rows={transfers.nodes} caption={words.records} />
        )}
        <Pager href={href} next={nextOf(transfers.pageInfo)} isLater={after !== null} />
      </Section>
      {activity === undefined ? null : (
        <Section title={words.activity}>
          <ActivityChart title={words.activity} by="DAY" activity={activity} />
        </Section>
      )}
    </>
  )
}

const amountColumn = (head: string, unitsOf: (holding: Holding) => string): Column<Holding> => ({
  head,
  cell: (_, amount) => amount,
  amountsOf: (holding) => [{ units: unitsOf(holding), decimals: holding.asset.decimals }],
  isNumber: true,
})

const holdingColumns = (address: string): readonly Column<Holding>[] => [
  {
    head: texts.account.asset,
    cell: ({ asset: { code, name } }) => (
      <>
        <AssetLink asset={{ code }} href={links.holding(address, code)} /> <Text text={name} muted />
      </>
    ),
  },
  amountColumn(texts.account.balance, ({ balance }) => balance),
  amountColumn(texts.account.received, ({ inTotal }) => inTotal),
  amountColumn(texts.account.sent, ({ outTotal }) => outTotal),
]
