import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { useQuery } from '../data/use-query.ts'
import { HomeDocument } from '../generated/operations.ts'
import { ActivityChart, lastHours } from '../parts/activity-chart.tsx'
import { BlocksTable } from '../parts/blocks-table.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { Section, Tiles } from '../parts/facts.tsx'
import { QueryPage } from '../parts/page.tsx'
import { LiveTransfersTable } from '../parts/transfers-table.tsx'

/** Hours of activity that are shown. */
const HOURS = 48

/** What happens on the chain, live. */
export function HomePage() {
  const query = useQuery(HomeDocument, lastHours(HOURS), { follows: true })
  const { counts } = texts.home
  return (
    <QueryPage title={texts.home.title} query={query}>
      {({ chain, blocks, transfers }) => (
        <>
          <p>
            {texts.home.intro}{' '}
            <a class="nowrap" href={links.assets}>
              {texts.assets.all}
            </a>
          </p>
          <Tiles
            tiles={[
              [counts.height, formatCount(chain.finalizedHeight)],
              [counts.records, formatCount(chain.counts.transfers)],
              [counts.assets, formatCount(chain.counts.assets)],
              [counts.accounts, formatCount(chain.counts.accounts)],
              [counts.validators, formatCount(chain.validators.length)],
              [counts.era, formatFraction(chain.eraMs / 1_000)],
            ]}
          />
          <Section title={texts.home.newest} aside={<ExportLinks list="transfers" />}>
            <LiveTransfersTable rows={transfers.nodes} caption={texts.home.newest} query={query} />
          </Section>
          <Section title={texts.home.blocks} aside={<a href={links.blocks}>{texts.home.all}</a>}>
            <BlocksTable rows={blocks.nodes} />
          </Section>
          <Section title={texts.home.activity}>
            <ActivityChart title={texts.home.activity} by="HOUR" activity={chain.activity} />
          </Section>
        </>
      )}
    </QueryPage>
  )
}
