import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { useQuery } from '../data/use-query.ts'
import { PoolDocument } from '../generated/operations.ts'
import { Tiles } from '../parts/facts.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'
import { TransfersTable } from '../parts/transfers-table.tsx'

const megabytes = (bytes: string | number) => formatFraction(Number(bytes) / 1e6, 1)

/** What waits to enter a block. */
export function PoolPage({ query: place }: PageProps) {
  const after = place.get('after')
  const query = useQuery(PoolDocument, { after }, { follows: after === null })
  const words = texts.pool
  return (
    <QueryPage title={words.title} query={query}>
      {({ pool }, hasFaults) =>
        pool === null ? (
          hasFaults ? null : (
            <p class="notice notice-bad">{words.down}</p>
          )
        ) : (
          <>
            <p>{words.intro}</p>
            <Tiles
              tiles={[
                [words.size, words.of(formatCount(pool.size), formatCount(pool.limits.entries))],
                [words.bytes, words.of(megabytes(pool.bytes), megabytes(pool.limits.bytes))],
                [words.perSigner, formatCount(pool.limits.perSigner)],
                [words.oldest, pool.oldestEra === null ? '–' : formatCount(pool.oldestEra)],
              ]}
            />
            <TransfersTable rows={pool.pending.nodes} caption={words.title} empty={words.empty} />
            <Pager href={links.pool} next={nextOf(pool.pending.pageInfo)} isLater={after !== null} />
          </>
        )
      }
    </QueryPage>
  )
}
