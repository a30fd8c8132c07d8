import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { useQuery } from '../data/use-query.ts'
import { BlocksDocument } from '../generated/operations.ts'
import { BlocksTable } from '../parts/blocks-table.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'

/** All blocks, newest first; the first page is live. */
export function BlocksPage({ query: place }: PageProps) {
  const after = place.get('after')
  const query = useQuery(BlocksDocument, { after }, { follows: after === null })
  return (
    <QueryPage title={texts.blocks.title} query={query}>
      {({ blocks: { nodes, pageInfo } }) => (
        <>
          <p>{texts.blocks.intro}</p>
          <BlocksTable rows={nodes} />
          <Pager href={links.blocks} next={nextOf(pageInfo)} isLater={after !== null} />
        </>
      )}
    </QueryPage>
  )
}
